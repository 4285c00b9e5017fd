using System.CommandLine;
using System.Globalization;
using AdaFormer.Farm;
using AdaFormer.Programs;

namespace AdaFormer.Cli.Commands;

/// <summary><c>adaformer farm status</c>: what the farm is at.</summary>
internal static class FarmStatusCommand
{
    public static Command Create()
    {
        var failed = new Option<bool>("--failed") { Description = "Name each picture that failed, and why" };
        var command = new Command("status", "Shows how many pictures wait, are at work, done and failed, and how long it takes") { failed };
        FarmCommand.AddOptions(command);
        command.SetGuardedAction((parsed, cancellationToken) =>
        {
            var status = FarmCommand.WithClient(FarmCommand.Options(parsed), cancellationToken, client => client.StatusAsync(cancellationToken));
            Console.WriteLine($"waiting {status.Waiting}, at work {status.AtWork}, done {status.Done}, failed {status.Failures.Count}; {status.Workers} {(status.Workers == 1 ? "worker" : "workers")}");
            if (status.InStrips > 0)
                Console.WriteLine($"{status.InStrips} in strips, {status.StripsLeft} of them left");
            if (status.PicturesPerHour is { } speed)
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{speed:0.#} pictures an hour{(status.TimeLeft > TimeSpan.Zero ? $", {Words(status.TimeLeft.Value)} left" : "")}"));
            if (status.Doubled > 0)
                Console.WriteLine($"{status.Doubled} were worked on twice, because a worker lost its connection");
            foreach (var failure in parsed.GetValue(failed) ? status.Failures : [])
                Console.WriteLine($"{failure.Input}: {failure.Error}");
            return 0;
        });
        return command;
    }

    private static string Words(TimeSpan time) =>
        time.TotalDays >= 2 ? $"{time.TotalDays:0.#} days" : time.TotalHours >= 2 ? $"{time.TotalHours:0.#} hours" : time.TotalMinutes >= 2 ? $"{time.TotalMinutes:0} minutes" : $"{time.TotalSeconds:0} seconds";
}
