using System.Diagnostics;
using AdaFormer.Training.Evaluation;
using AdaFormer.Training.Progress;

namespace AdaFormer.Training.Commands;

/// <summary>The state of a training run from its progress reports so far.</summary>
internal sealed class TrainingNews
{
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private long _firstIteration = -1;

    /// <summary>The last report.</summary>
    public TrainingProgress? Last { get; private set; }

    /// <summary>Notices about the run, such as its device.</summary>
    public List<string> Notices { get; } = [];

    /// <summary>The last statistics.</summary>
    public TrainingStatistics? Statistics { get; private set; }

    /// <summary>The last report of a validation.</summary>
    public TrainingProgress? Validation { get; private set; }

    /// <summary>The best validation since this process began, by PSNR, with halting if the network halts.</summary>
    public (long Iteration, double Psnr)? Best { get; private set; }

    /// <summary>The iteration of the last checkpoint.</summary>
    public long? Saved { get; private set; }

    /// <summary>Remaining time at the speed so far, validations included; null until the second training report.</summary>
    public TimeSpan? Remaining { get; private set; }

    /// <summary>Adds a report.</summary>
    public void Add(TrainingProgress news)
    {
        Last = news;
        if (news.Message is { } notice)
            Notices.Add(notice);
        Statistics = news.Statistics ?? Statistics;
        if (news.Validation is { } result)
        {
            Validation = news;
            if (Best is not { } best || result.Psnr > best.Psnr)
                Best = (news.Done, result.Psnr);
        }

        if (news.Stage == TrainingStage.Saved)
            Saved = news.Done;
        if (news.Stage == TrainingStage.Training)
            Estimate(news);
    }

    private void Estimate(TrainingProgress news)
    {
        if (_firstIteration < 0)
        {
            _firstIteration = news.Done;
            _clock.Restart();
        }
        else
        {
            Remaining = _clock.Elapsed * ((double)(news.Total - news.Done) / (news.Done - _firstIteration));
        }
    }
}
