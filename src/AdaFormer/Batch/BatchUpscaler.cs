using System.Collections.Concurrent;
using System.Diagnostics;
using System.Security.Cryptography;
using AdaFormer.Files;
using AdaFormer.IO;
using AdaFormer.Imaging;

namespace AdaFormer.Batch;

/// <summary>
/// Upscales many picture files into a folder. A bad file never stops the batch; finished files are skipped, by content and settings; and
/// a batch that was killed at any time continues where it stopped when run again.
/// </summary>
public sealed class BatchUpscaler
{
    private readonly BatchOptions _options;
    private readonly FileUpscaler _creating;
    private readonly FileUpscaler _replacing;
    private readonly string _settings;
    private readonly string _run = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(6));

    /// <summary>Upscales files with a model, which the caller disposes.</summary>
    /// <param name="model">The model.</param>
    /// <param name="reader">Reads the inputs; <see langword="null"/>: PNG only.</param>
    /// <param name="writer">Writes the outputs; <see langword="null"/>: PNG only.</param>
    /// <param name="options"><see langword="null"/> for the defaults.</param>
    /// <exception cref="ArgumentException">Parallel is below 1, or the tiles are too small.</exception>
    public BatchUpscaler(UpscalingModel model, PictureReader? reader = null, PictureWriter? writer = null, BatchOptions? options = null)
        : this(new ModelSelector(model), reader, writer, options)
    {
    }

    /// <summary>Upscales files with models, which the caller disposes: those nearest to <see cref="FileUpscaleOptions.TargetSize"/> or, without one, the model with the largest scale.</summary>
    /// <param name="models">The models.</param>
    /// <param name="reader">Reads the inputs; <see langword="null"/>: PNG only.</param>
    /// <param name="writer">Writes the outputs; <see langword="null"/>: PNG only.</param>
    /// <param name="options"><see langword="null"/> for the defaults.</param>
    /// <exception cref="ArgumentException">Parallel is below 1, or the tiles are too small.</exception>
    public BatchUpscaler(ModelSelector models, PictureReader? reader = null, PictureWriter? writer = null, BatchOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(models);
        _options = options ?? new BatchOptions();
        ArgumentOutOfRangeException.ThrowIfLessThan(_options.Parallel, 1, nameof(options));
        var files = _options.Files with { Upscaling = _options.Files.Upscaling with { MemoryBudget = _options.Files.Upscaling.MemoryBudget / _options.Parallel } };
        _creating = new FileUpscaler(models, reader, writer, files with { Overwrite = false });
        _replacing = new FileUpscaler(models, reader, writer, files with { Overwrite = true });
        _settings = BatchSettings.Fingerprint(models, _options);
    }

    /// <summary>Hash of the models and of all settings that outputs depend on.</summary>
    internal string Settings => _settings;

    /// <summary>Whether files that no batch made may be replaced.</summary>
    internal bool Overwrites => _options.Files.Overwrite;

    /// <summary>For what needs no output.</summary>
    internal FileUpscaler Files => _creating;

    /// <summary>Runs a plan until all its pictures are processed, or it is cancelled.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="progress">Called after every tile and every picture. Calls are serialized.</param>
    /// <param name="cancellationToken">Stops within the current tiles; sets <see cref="BatchResult.Cancelled"/> instead of throwing.</param>
    /// <exception cref="IOException">The output folder or the report cannot be written, or the report is an input.</exception>
    public BatchResult Run(BatchPlan plan, IProgress<BatchProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(plan);
        var journal = new BatchJournal(plan.OutputFolder, _options.Shard);
        journal.Prepare();
        OutputPaths.Check(overwrite: true, plan.Items.Select(item => item.Input.Path), _options.Report);
        var report = _options.Report is { } path ? new JsonLines(path) : null;
        report?.Check();
        AtomicFile.RemoveLeftovers(plan.Items.Select(item => AtomicFile.TargetOf(Path.Combine(plan.OutputFolder, item.Output))));
        var tally = new BatchTally(plan.Items.Count, progress);
        // One at a time, so that pictures are started in the plan's order.
        var items = Partitioner.Create(plan.Items, EnumerablePartitionerOptions.NoBuffering);
        System.Threading.Tasks.Parallel.ForEach(items, new ParallelOptions { MaxDegreeOfParallelism = _options.Parallel }, (item, loop) =>
        {
            if (cancellationToken.IsCancellationRequested)
            {
                loop.Stop();
                return;
            }

            var part = tally.Begin();
            if (Process(plan.OutputFolder, item, journal, part, cancellationToken) is { } record)
                part.Finish(Reported(record, report));
        });
        return tally.Result();
    }

    /// <summary>Estimates what a plan's pictures will cost that are not finished, one after another. Each is read once, to see whether it is finished.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="cancellationToken">Stops between pictures.</param>
    /// <exception cref="IOException">The journal cannot be read.</exception>
    /// <exception cref="OperationCanceledException">The operation was cancelled.</exception>
    public BatchEstimate Estimate(BatchPlan plan, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(plan);
        var journal = new BatchJournal(plan.OutputFolder, _options.Shard);
        var (finished, first, second) = (0, TimeSpan.Zero, TimeSpan.Zero);
        var problems = new List<string>();
        foreach (var item in plan.Items)
        {
            cancellationToken.ThrowIfCancellationRequested();
            try
            {
                if (journal.Finished(item, HashOf(item.Input.Path), _settings) is not null)
                {
                    finished++;
                    continue;
                }

                var estimate = _creating.Estimate(item.Input.Path);
                (first, second) = (first + estimate.FirstTime, second + estimate.SecondTime);
            }
            catch (Exception exception) when (exception is PictureFormatException or IOException or UpscalingException)
            {
                problems.Add($"{item.Input.Name}: {exception.Message}");
            }
        }

        return new BatchEstimate(plan.Items.Count, finished, first, second, problems);
    }

    /// <returns>The record; <see langword="null"/> if cancelled.</returns>
    private BatchRecord? Process(string outputFolder, BatchItem item, BatchJournal journal, IProgress<UpscaleProgress> progress, CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        try
        {
            return Upscale(outputFolder, item, journal, clock, (files, input, output) => files.Upscale(input, output, progress: progress, cancellationToken: cancellationToken));
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return null;
        }
        catch (Exception exception)
        {
            return Record(item, BatchStatus.Failed) with { Seconds = clock.Elapsed.TotalSeconds, Error = exception.Message };
        }
    }

    /// <summary>Upscales one picture unless it is finished, and writes the journal.</summary>
    /// <param name="outputFolder">The output folder.</param>
    /// <param name="item">The picture.</param>
    /// <param name="journal">The output folder's journal.</param>
    /// <param name="clock">Runs since the picture was begun.</param>
    /// <param name="work">Makes the output.</param>
    /// <exception cref="OperationCanceledException">The operation was cancelled.</exception>
    /// <exception cref="Exception">As of <see cref="FileUpscaler"/>, and where the journal cannot be written.</exception>
    internal BatchRecord Upscale(string outputFolder, BatchItem item, BatchJournal journal, Stopwatch clock, FileWork work)
    {
        var (input, output) = (item.Input.Path, Path.Combine(outputFolder, item.Output));
        var hash = HashOf(input);
        if (Finished(outputFolder, item, hash, journal) is { } finished)
            return finished with { Seconds = clock.Elapsed.TotalSeconds };
        var replace = Replaces(item, journal);
        journal.Append(Record(item, BatchStatus.Started));
        FileUpscaleResult result;
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(output)!);
            result = work(replace ? _replacing : _creating, input, output);
        }
        catch (IOException) when (!replace && File.Exists(output) && IsAnothers(journal, item))
        {
            return Upscale(outputFolder, item, journal, clock, work);
        }

        if (HashOf(input) != hash)
        {
            File.Delete(output);
            throw new IOException($"'{input}' changed while it was being upscaled; run the batch again when it is complete.");
        }

        var file = new FileInfo(output);
        var record = Record(item, BatchStatus.Done) with
        {
            InputSha256 = hash,
            OutputBytes = file.Length,
            OutputModified = file.LastWriteTimeUtc,
            OutputSha256 = FileHash.Of(output),
            InputWidth = result.InputWidth,
            InputHeight = result.InputHeight,
            Width = result.Width,
            Height = result.Height,
            HaltedShare = result.Models.Count == 0 ? null : result.HaltedShare,
            RefinedShare = result.Refinement?.Share,
            FirstSeconds = result.Refinement?.FirstTime.TotalSeconds,
            SecondSeconds = result.Refinement?.SecondTime.TotalSeconds,
            Models = result.Models,
            ModelReason = result.Reason,
            Warnings = result.Warnings.Count > 0 ? result.Warnings : null,
            Settings = _settings,
            Seconds = clock.Elapsed.TotalSeconds,
        };
        journal.Append(record);
        return record;
    }

    /// <summary>The record of an output that is finished, as skipped; <see langword="null"/> if it is to be made.</summary>
    /// <param name="outputFolder">The output folder.</param>
    /// <param name="item">The picture.</param>
    /// <param name="hash">SHA-256 of the input.</param>
    /// <param name="journal">The output folder's journal.</param>
    /// <exception cref="FileExistsException">There is a file that no batch made.</exception>
    internal BatchRecord? Finished(string outputFolder, BatchItem item, string hash, BatchJournal journal)
    {
        journal.RefreshOwn();
        if (Recorded() is { } finished)
            return finished;
        var output = Path.Combine(outputFolder, item.Output);
        if (Replaces(item, journal) || !File.Exists(output))
            return null;
        // Another machine may have made it just now.
        journal.Refresh();
        return Recorded() ?? (Replaces(item, journal) ? null : throw new FileExistsException(
            $"'{output}' exists and was not made by a recorded batch; allow overwriting, or choose another folder or name pattern."));

        BatchRecord? Recorded() => journal.Finished(item, hash, _settings) is { } record ? record with { Time = DateTime.UtcNow, Status = BatchStatus.Skipped, Input = item.Input.Name, Run = _run } : null;
    }

    private bool Replaces(BatchItem item, BatchJournal journal) => _options.Files.Overwrite || journal.Knows(item.Output);

    /// <summary>Whether another process using the same folder has written this output in the meantime.</summary>
    private bool IsAnothers(BatchJournal journal, BatchItem item)
    {
        journal.Refresh();
        return journal.Knows(item.Output, except: _run);
    }

    private BatchRecord Record(BatchItem item, BatchStatus status) => new() { Status = status, Input = item.Input.Name, Output = item.Output, Run = _run };

    private static string HashOf(string input)
    {
        using var stream = PictureReader.OpenFile(input);
        return FileHash.Of(stream);
    }

    /// <summary>Writes a record to the report; a line that cannot be written is a failure too.</summary>
    private static BatchRecord Reported(BatchRecord record, JsonLines? report)
    {
        try
        {
            report?.Append(record);
            return record;
        }
        catch (IOException exception)
        {
            return record with { Status = BatchStatus.Failed, Error = $"the report could not be written: {exception.Message}" };
        }
    }
}

/// <summary>Makes an output.</summary>
/// <param name="files">What it is made with.</param>
/// <param name="input">The picture.</param>
/// <param name="output">The file to write.</param>
internal delegate FileUpscaleResult FileWork(FileUpscaler files, string input, string output);

/// <summary>Progress of a batch.</summary>
/// <param name="Finished">Number of pictures that are processed, including fractions of those in progress.</param>
/// <param name="Total">Number of pictures.</param>
/// <param name="Record">The picture that was just finished; <see langword="null"/> if one only made progress.</param>
public readonly record struct BatchProgress(double Finished, int Total, BatchRecord? Record);

/// <summary>What a batch will probably cost.</summary>
/// <param name="Total">Number of pictures in the plan.</param>
/// <param name="Finished">Number of pictures that will be skipped.</param>
/// <param name="FirstTime">Time of the models that all of a picture goes through, for the other pictures one after another.</param>
/// <param name="SecondTime">Time of the second model, if there is one.</param>
/// <param name="Problems">What is wrong with pictures that cannot be upscaled.</param>
public sealed record BatchEstimate(int Total, int Finished, TimeSpan FirstTime, TimeSpan SecondTime, IReadOnlyList<string> Problems)
{
    /// <summary>The time of all models.</summary>
    public TimeSpan Time => FirstTime + SecondTime;
}

/// <summary>Result of a batch.</summary>
/// <param name="Total">Number of pictures in the plan.</param>
/// <param name="Done">Number of upscaled pictures.</param>
/// <param name="Skipped">Number of pictures that were already finished.</param>
/// <param name="Failed">Number of pictures that could not be upscaled.</param>
/// <param name="HaltedShare">The share of the transformer's work that halting saved in the pictures that went through a model, 0 to 1, weighted by input pixels; NaN if none did.</param>
/// <param name="Cancelled">Whether the batch was cancelled before all pictures were processed.</param>
public sealed record BatchResult(int Total, int Done, int Skipped, int Failed, double HaltedShare, bool Cancelled)
{
    /// <summary>Upscaled pictures with warnings, now or when they were finished.</summary>
    public int Warned { get; init; }

    /// <summary>What a second model did to the upscaled pictures, its share weighted by input pixels; <see langword="null"/> if it had none to refine.</summary>
    public RefinementResult? Refinement { get; init; }
}
