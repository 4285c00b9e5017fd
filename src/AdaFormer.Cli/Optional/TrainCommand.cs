using System.CommandLine;
using System.Diagnostics;
using AdaFormer.Training;

namespace AdaFormer.Cli;

/// <summary><c>adaformer train</c>, where TorchSharp is there.</summary>
internal static partial class CommandLine
{
    static partial void AddTraining(Command root)
    {
        var file = new Argument<string>("configuration") { Description = "JSON file of the run, such as models/tiny-x4/training.json" };
        var resume = new Option<bool>("--resume") { Description = "Go on from the last checkpoint of the run's output folder" };
        var withChanges = new Option<bool>("--with-changes") { Description = "Resume though settings that shape the result have changed; the weights will say so" };
        var timeLimit = new Option<string?>("--time-limit") { Description = "Save a checkpoint and stop after this long: 90s, 28m or 1.5h" };
        var command = new Command("train", "Trains a network; Ctrl-C saves a checkpoint to resume from") { file, resume, withChanges, timeLimit };
        command.SetGuardedAction((parsed, cancellationToken) =>
        {
            var trainer = new Trainer(TrainingConfigurationFile.Read(parsed.GetRequiredValue(file)))
            {
                WithChanges = parsed.GetValue(withChanges),
                TimeLimit = Duration.Parse(parsed.GetValue(timeLimit)),
            };
            try
            {
                var weights = trainer.Run(parsed.GetValue(resume), new TrainingReport(), cancellationToken);
                Console.WriteLine(weights is not null
                    ? $"{weights}: the averaged weights; make a model of them with `adaformer export`"
                    : File.Exists(trainer.CheckpointPath)
                        ? $"stopped by the time limit; go on from {trainer.CheckpointPath} with --resume"
                        : "stopped by the time limit before the first iteration; nothing was written");
                return 0;
            }
            catch (OperationCanceledException)
            {
                Terminal.Fail(File.Exists(trainer.CheckpointPath)
                    ? $"stopped; go on from {trainer.CheckpointPath} with --resume"
                    : "stopped before the first iteration; nothing was written");
                return ExitCode.Cancelled;
            }
        });
        root.Add(command);
    }

    /// <summary>Writes a line for each piece of news.</summary>
    private sealed class TrainingReport : IProgress<TrainingProgress>
    {
        private readonly Stopwatch _clock = Stopwatch.StartNew();
        private long _firstIteration = -1;

        public void Report(TrainingProgress news)
        {
            var line = news switch
            {
                { Message: { } message } => message,
                { Stage: TrainingStage.Reading } when news.Done % 100 == 0 || news.Done == news.Total => $"read {news.Done} of {news.Total} pictures",
                { Statistics: { } means } =>
                    $"{news.Done}/{news.Total}  L1 {means.L1:F4}  USL {means.Usl:F3}  rate {means.LearningRate:G3}  halted {Shares(means.HaltedShare)}  {means.IterationsPerSecond:F2} it/s  {Remaining(news)}",
                { Validation: { } halting, Unhalted: { } all } =>
                    $"{news.Done}/{news.Total}  validation: {halting.Psnr:F3} dB with halting, {all.Psnr:F3} dB without; halted {Shares(halting.HaltedShare)}",
                { Stage: TrainingStage.Saved } => $"{news.Done}/{news.Total}  checkpoint saved",
                _ => null,
            };
            if (line is not null)
                Console.Error.WriteLine(line);
        }

        private static string Shares(IEnumerable<double> shares) => string.Join(" ", shares.Select(share => $"{share:P0}"));

        private string Remaining(TrainingProgress news)
        {
            if (_firstIteration < 0)
            {
                _firstIteration = news.Done;
                _clock.Restart();
                return "";
            }

            var left = _clock.Elapsed * ((double)(news.Total - news.Done) / (news.Done - _firstIteration));
            return $"about {(int)left.TotalHours}:{left:mm\\:ss} left";
        }
    }
}
