using System.Collections.Concurrent;
using System.Diagnostics;
using System.Security.Cryptography;
using AdaFormer.Files;
using AdaFormer.IO;
using AdaFormer.Imaging;

namespace AdaFormer.Batch;

/// <summary>
/// Upscales many picture files into a folder. A bad file never stops it; what is finished is skipped, by content and settings; and it may be
/// killed at any time, after which the same batch goes on where it was.
/// </summary>
public sealed class BatchUpscaler
{
    private readonly BatchOptions _options;
    private readonly FileUpscaler _creating;
    private readonly FileUpscaler _replacing;
    private readonly string _settings;
    private readonly string _run = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(6));

    /// <summary>Upscales files with a model, which stays the caller's to dispose.</summary>
    /// <param name="model">The model.</param>
    /// <param name="reader">Reads the inputs; <see langword="null"/>: PNG only.</param>
    /// <param name="writer">Writes the outputs; <see langword="null"/>: PNG only.</param>
    /// <param name="options"><see langword="null"/> for the defaults.</param>
    /// <exception cref="ArgumentException">Fewer than one file at once, or tiles without room.</exception>
    public BatchUpscaler(UpscalingModel model, PictureReader? reader = null, PictureWriter? writer = null, BatchOptions? options = null)
        : this(new ModelSelector(model), reader, writer, options)
    {
    }

    /// <summary>Upscales files with models, which stay the caller's to dispose: those that come nearest to <see cref="FileUpscaleOptions.TargetSize"/>, or, without one, the one of the largest scale.</summary>
    /// <param name="models">The models.</param>
    /// <param name="reader">Reads the inputs; <see langword="null"/>: PNG only.</param>
    /// <param name="writer">Writes the outputs; <see langword="null"/>: PNG only.</param>
    /// <param name="options"><see langword="null"/> for the defaults.</param>
    /// <exception cref="ArgumentException">Fewer than one file at once, or tiles without room.</exception>
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

    /// <summary>Works on a plan until all its pictures are dealt with, or it is cancelled.</summary>
    /// <param name="plan">What is to be done.</param>
    /// <param name="progress">Told after every tile and every picture, by one thread at a time.</param>
    /// <param name="cancellationToken">Stops within the tiles that are being worked on; this is no exception but <see cref="BatchResult.Cancelled"/>.</param>
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
        // One at a time, so that pictures are begun in the plan's order.
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

    /// <returns><see langword="null"/>: it was cancelled.</returns>
    private BatchRecord? Process(string outputFolder, BatchItem item, BatchJournal journal, IProgress<UpscaleProgress> progress, CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        try
        {
            return Upscale(outputFolder, item, journal, clock, progress, cancellationToken);
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

    private BatchRecord Upscale(
        string outputFolder, BatchItem item, BatchJournal journal, Stopwatch clock, IProgress<UpscaleProgress> progress, CancellationToken cancellationToken)
    {
        var (input, output) = (item.Input.Path, Path.Combine(outputFolder, item.Output));
        var hash = HashOf(input);
        journal.RefreshOwn();
        if (journal.Finished(item, hash, _settings) is { } finished)
            return finished with { Time = DateTime.UtcNow, Status = BatchStatus.Skipped, Input = item.Input.Name, Seconds = clock.Elapsed.TotalSeconds, Run = _run };

        var replace = _options.Files.Overwrite || journal.Knows(item.Output);
        if (!replace && File.Exists(output))
            throw new IOException($"'{output}' exists and was made by no batch that is on record; ask to overwrite it, or choose another folder or pattern of names.");
        journal.Append(Record(item, BatchStatus.Started));
        FileUpscaleResult result;
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(output)!);
            result = (replace ? _replacing : _creating).Upscale(input, output, progress: progress, cancellationToken: cancellationToken);
        }
        catch (IOException) when (!replace && File.Exists(output) && IsAnothers(journal, item))
        {
            return Upscale(outputFolder, item, journal, clock, progress, cancellationToken);
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
            HaltedShare = result.HaltedShare,
            Models = result.Models,
            ModelReason = result.Reason,
            Settings = _settings,
            Seconds = clock.Elapsed.TotalSeconds,
        };
        journal.Append(record);
        return record;
    }

    /// <summary>Whether another process on the same folder has written this output meanwhile.</summary>
    private bool IsAnothers(BatchJournal journal, BatchItem item)
    {
        journal.Refresh();
        return journal.Knows(item.Output, except: _run);
    }

    private BatchRecord Record(BatchItem item, BatchStatus status) => new() { Status = status, Input = item.Input.Name, Output = item.Output, Run = _run };

    private static string HashOf(string input)
    {
        if (!File.Exists(input))
            throw new FileNotFoundException($"There is no picture file '{input}'.", input);
        try
        {
            return FileHash.Of(input);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new IOException($"'{input}' may not be read by this user. Change its permissions.", e);
        }
    }

    /// <summary>Writes a record into the report; a report that lacks a line is a failure too.</summary>
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

/// <summary>How far a batch is.</summary>
/// <param name="Finished">Pictures that are dealt with, and the parts of those in work.</param>
/// <param name="Total">All pictures.</param>
/// <param name="Record">The picture that was just dealt with; <see langword="null"/> where one only got further.</param>
public readonly record struct BatchProgress(double Finished, int Total, BatchRecord? Record);

/// <summary>What became of a batch.</summary>
/// <param name="Total">All pictures of the plan.</param>
/// <param name="Done">Pictures that were upscaled.</param>
/// <param name="Skipped">Pictures that were finished before.</param>
/// <param name="Failed">Pictures that could not be upscaled.</param>
/// <param name="HaltedShare">The share of the transformer's work that halting saved in those upscaled, 0 to 1, each input pixel with the same weight; NaN where none was.</param>
/// <param name="Cancelled">Whether it was cancelled before all were dealt with.</param>
public sealed record BatchResult(int Total, int Done, int Skipped, int Failed, double HaltedShare, bool Cancelled);
