using System.CommandLine;
using System.Diagnostics;
using AdaFormer.Batch;
using AdaFormer.Files;
using AdaFormer.ImageSharp;
using AdaFormer.Imaging;
using AdaFormer.Programs;

namespace AdaFormer.Cli.Commands;

/// <summary><c>adaformer batch</c>: many files into a folder.</summary>
internal static class BatchCommand
{
    private static readonly Argument<string[]> Paths = new("in... out") { Description = "Folders, files or patterns such as \"photos/**/*.jpg\"; the last is the folder for the results", Arity = ArgumentArity.OneOrMore };
    private static readonly Option<string> Shard = BatchNames.Checked(new Option<string>("--shard") { Description = "Process one shard only: 1/8 is the first of eight; shards are the same on every machine", DefaultValueFactory = _ => "1/1", HelpName = "i/n" }, shard => ReadShard(shard));
    private static readonly Option<int> Parallel = new Option<int>("--parallel", "-p") { Description = "Files processed in parallel; 0 to choose by processors and memory", DefaultValueFactory = _ => 0, HelpName = "number" }.AtLeast(0);
    private static readonly Option<string?> Report = new("--report") { Description = "File to append one JSON line per picture to", HelpName = "file" };
    private static readonly Option<bool> DryRun = new("--dry-run") { Description = "Only show which picture would become which file" };

    public static Command Create()
    {
        var command = new Command("batch", "Upscales many pictures; when run again, it continues where it stopped, skips finished files and replaces outdated ones")
        {
            Paths, BatchNames.List, BatchNames.Recursive, BatchNames.Name, BatchNames.Format, Shard, Parallel, Report, DryRun, CommonOptions.Overwrite,
        };
        BatchNames.Require(command, Paths, "adaformer batch photos large");
        var pictures = new PictureOptions(command);
        command.SetGuardedAction((parsed, cancellationToken) => Run(parsed, pictures, cancellationToken));
        return command;
    }

    private static int Run(ParseResult parsed, PictureOptions pictures, CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        var paths = parsed.GetRequiredValue(Paths);
        var reader = pictures.Reader(parsed);
        BatchInput[] inputs =
        [
            .. paths[..^1].SelectMany(path => BatchInputs.Find(path, reader, parsed.GetValue(BatchNames.Recursive))),
            .. parsed.GetValue(BatchNames.List) is { } list ? BatchInputs.Listed(list) : [],
        ];
        TellPassedOver([.. paths[..^1].SelectMany(path => BatchInputs.PassedOver(path, reader, parsed.GetValue(BatchNames.Recursive)))]);
        var files = Concurrency.Choose(parsed.GetValue(Parallel), inputs.Length);
        using var models = pictures.Models(parsed, Concurrency.ThreadsEach(files));
        using var second = pictures.SecondModel(parsed, Concurrency.ThreadsEach(files));
        var shard = ReadShard(parsed.GetRequiredValue(Shard));
        var plan = BatchPlan.Make(inputs, paths[^1], pictures.Size(parsed, models), parsed.GetRequiredValue(BatchNames.Name), parsed.GetRequiredValue(BatchNames.Format), shard);
        var options = new BatchOptions
        {
            Files = pictures.Files(parsed, parsed.GetValue(CommonOptions.Overwrite), second),
            FurtherSettings = pictures.FurtherSettings(parsed),
            Parallel = files,
            Shard = shard,
            Report = parsed.GetValue(Report),
        };
        var batch = new BatchUpscaler(models, reader, pictures.Writer(parsed), options);
        if (parsed.GetValue(DryRun))
        {
            foreach (var item in plan.Items)
                Console.WriteLine($"{item.Input.Path} -> {Path.Combine(plan.OutputFolder, item.Output)}");
            var estimate = batch.Estimate(plan, cancellationToken);
            foreach (var problem in estimate.Problems)
                Terminal.Fail(problem);
            Tell(estimate);
            return 0;
        }

        // What cannot be read is said when its turn comes.
        if (second is not null)
            Tell(batch.Estimate(plan, cancellationToken));
        var result = Terminal.WithProgress("batch", tell => batch.Run(plan, new SynchronousProgress<BatchProgress>(progress => Tell(progress, tell)), cancellationToken));
        return Conclude(result, models, clock.Elapsed);
    }

    private static void Tell(BatchEstimate estimate) => Console.Error.WriteLine(
        $"{estimate.Total} {(estimate.Total == 1 ? "picture" : "pictures")}{(estimate.Finished > 0 ? $", {estimate.Finished} finished" : "")}, {RefineText.Cost(estimate.Time, estimate.SecondTime)}, one after another");

    private static void TellPassedOver(BatchInput[] files)
    {
        if (files.Length == 0)
            return;
        var kinds = files.GroupBy(file => Path.GetExtension(file.Name).ToLowerInvariant()).OrderByDescending(kind => kind.Count()).ThenBy(kind => kind.Key, StringComparer.Ordinal)
            .Select(kind => $"{kind.Count()} {(kind.Key.Length == 0 ? "without an ending" : kind.Key)}");
        Terminal.Warn($"{files.Length} {(files.Length == 1 ? "file was" : "files were")} passed over, whose names do not end as those of pictures: {string.Join(", ", kinds)}");
    }

    private static void Tell(BatchProgress progress, Action<int, int> tell)
    {
        const int Parts = 100;
        tell((int)(progress.Finished * Parts), progress.Total * Parts);
        if (progress.Record is { Status: BatchStatus.Failed } record)
            Terminal.Fail($"{record.Input}: {record.Error}");
        foreach (var warning in progress.Record is { Status: BatchStatus.Done, Warnings: { } warnings } ? warnings : [])
            Terminal.Warn($"{progress.Record!.Input}: {warning.Message}");
    }

    private static int Conclude(BatchResult result, ModelSelector models, TimeSpan time)
    {
        var halted = double.IsNaN(result.HaltedShare) || !models.Halts ? "" : $"; halting saved {result.HaltedShare:P0} of the transformer's work";
        Console.WriteLine(
            $"{result.Done} done, {result.Skipped} skipped as finished, {result.Failed} failed, of {result.Total}{(result.Warned == 0 ? "" : $", {result.Warned} with warnings")}, in {time.TotalSeconds:F1} s on the {(models.Device == Device.Cuda ? "GPU" : "CPU")}{halted}");
        if (result.Refinement is { } refinement)
            Console.WriteLine(RefineText.Done(refinement, "the pictures"));
        if (result.Cancelled)
        {
            Terminal.Fail("cancelled; no file is incomplete, and the same command goes on from here");
            return ExitCode.Cancelled;
        }

        return result.Failed == 0 ? 0 : ExitCode.SomeFailed;
    }

    private static BatchShard ReadShard(string text) => BatchShard.TryParse(text, out var shard)
        ? shard
        : throw new ArgumentException($"--shard is '{text}'; expected the shard and the number of shards, such as 1/8 to 8/8.");
}
