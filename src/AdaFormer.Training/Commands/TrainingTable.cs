using AdaFormer.Programs;
using AdaFormer.Training.Progress;
using Spectre.Console;
using Spectre.Console.Rendering;
using static AdaFormer.Training.Commands.TrainingText;

namespace AdaFormer.Training.Commands;

/// <summary>Shows a training run: a table updated in place in a terminal, lines elsewhere.</summary>
internal static class TrainingTable
{
    private const int BarWidth = 28;

    /// <summary>Trains, and shows progress on standard error.</summary>
    /// <param name="train">Trains, reporting to the given progress.</param>
    /// <returns>The result of <paramref name="train"/>.</returns>
    public static T Follow<T>(Func<IProgress<TrainingProgress>, T> train)
    {
        var news = new TrainingNews();
        if (Console.IsErrorRedirected || !Terminal.Status.Profile.Capabilities.Interactive)
        {
            return train(new Watcher(news, () =>
            {
                if (Line(news) is { } line)
                    Console.Error.WriteLine(line);
            }));
        }

        return Terminal.Status.Live(Render(news)).Start(live => train(new Watcher(news, () => live.UpdateTarget(Render(news)))));
    }

    /// <summary>Renders the table from the reports so far.</summary>
    public static IRenderable Render(TrainingNews news)
    {
        var table = new Table().Border(TableBorder.Rounded).HideHeaders().AddColumn("").AddColumn("");
        Add("", Position(news.Last));
        foreach (var notice in news.Notices)
            Add("note", notice);
        if (news.Statistics is { } means)
        {
            foreach (var (figure, value) in Figures(means))
                Add(figure, value);
            Add("learning rate", Invariant($"{means.LearningRate:G3}"));
            if (means.HaltedShare.Count > 0)
                Add("halted per block", Shares(means.HaltedShare));
            Add("speed", Invariant($"{means.IterationsPerSecond:F2} it/s  {Remaining(news)}"));
        }

        if (news.Validation is { Validation: { } result } validation)
        {
            Add("validation", Invariant($"{Psnr(validation)}, at {validation.Done}"));
            if (result.HaltedShare.Count > 0)
                Add("its halted per block", Shares(result.HaltedShare));
        }

        if (news.Best is { } best)
            Add("best", Invariant($"{best.Psnr:F3} dB at {best.Iteration}"));
        if (news.Saved is { } saved)
            Add("checkpoint", $"at {saved}");
        return table;

        void Add(string what, string value) => table.AddRow(new Text(what, new Style(decoration: Decoration.Dim)), new Text(value));
    }

    private static string Position(TrainingProgress? last)
    {
        if (last is null)
            return "starting";
        if (last.Stage is TrainingStage.Reading or TrainingStage.Teaching)
            return Pictures(last);
        var filled = (int)(BarWidth * last.Done / Math.Max(1, last.Total));
        return Invariant($"{new string('━', filled)}{new string('┄', BarWidth - filled)} {last.Done}/{last.Total}");
    }

    // Reports while reading come from several threads.
    private sealed class Watcher(TrainingNews news, Action changed) : IProgress<TrainingProgress>
    {
        private readonly Lock _gate = new();

        public void Report(TrainingProgress value)
        {
            lock (_gate)
            {
                news.Add(value);
                changed();
            }
        }
    }
}
