using System.CommandLine;
using System.Globalization;
using AdaFormer.Programs;
using AdaFormer.Training.Configuration;

namespace AdaFormer.Training.Commands;

/// <summary>The command <c>train</c>.</summary>
internal static class TrainCommand
{
    public static Command Create()
    {
        var file = new Argument<string>("configuration") { Description = "JSON file of the run, such as models/tiny-x4/training.json" };
        var resume = new Option<bool>("--resume") { Description = "Resume from the last checkpoint of the run's output folder" };
        var withChanges = new Option<bool>("--with-changes") { Description = "Resume even if settings that affect the result have changed; the change is recorded in the weights" };
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
                var weights = TrainingTable.Follow(progress => trainer.Run(parsed.GetValue(resume), progress, cancellationToken));
                Console.WriteLine(weights is not null
                    ? $"{weights}: the averaged weights; convert them to a model with `adaformer export`"
                    : File.Exists(trainer.CheckpointPath)
                        ? $"stopped by the time limit; resume from {trainer.CheckpointPath} with --resume"
                        : "stopped by the time limit before the first iteration; start again without --resume");
                return 0;
            }
            catch (OperationCanceledException)
            {
                Terminal.Fail(File.Exists(trainer.CheckpointPath)
                    ? $"stopped; resume from {trainer.CheckpointPath} with --resume"
                    : "stopped before the first iteration; start again without --resume");
                return ExitCode.Cancelled;
            }
        });
        return command;
    }
}

/// <summary>Parses durations such as 90s, 28m, 1.5h.</summary>
internal static class Duration
{
    /// <exception cref="ArgumentException">It is not a duration above 0.</exception>
    public static TimeSpan? Parse(string? text)
    {
        if (text is null)
            return null;
        var seconds = text.Length == 0 ? 0 : text[^1] switch { 's' => 1, 'm' => 60, 'h' => 3600, _ => 0 };
        return seconds > 0 && double.TryParse(text[..^1], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var count) && count is > 0 and < 10_000
            ? TimeSpan.FromSeconds(count * seconds)
            : throw new ArgumentException($"--time-limit is '{text}'; expected a number and s, m or h, such as 28m.");
    }
}
