using System.Collections.Concurrent;
using System.Diagnostics;
using AdaFormer.Batch;
using AdaFormer.Farm.Queue;
using AdaFormer.Files;

namespace AdaFormer.Farm.Storage;

/// <summary>Upscales the picture of a task, wherever its input and output are. Thread-safe.</summary>
internal sealed class PictureStep : IDisposable
{
    // One for each machine, so that its processes, but not all machines, wait for each other.
    private static readonly string JournalName = $"journal-farm-{string.Concat(Environment.MachineName.Split(Path.GetInvalidFileNameChars()))}.jsonl";

    private readonly ConcurrentDictionary<string, Lazy<BatchJournal>> _journals = new();
    private readonly Lazy<S3Store> _store = new(() => new S3Store());

    /// <returns>Its record: done, or skipped because it is finished.</returns>
    /// <exception cref="IOException">A file or an object cannot be read or written.</exception>
    /// <exception cref="Exception">As of <see cref="FileUpscaler.Upscale"/>.</exception>
    public async Task<BatchRecord> RunAsync(FarmTask task, BatchUpscaler upscaler, IProgress<UpscaleProgress> progress, CancellationToken cancellationToken)
    {
        if (!PicturePlace.IsS3(task.Input) && !PicturePlace.IsS3(task.Folder))
            return ToFolder(task.Folder, task.Item, upscaler, progress, cancellationToken);
        using var scratch = new Scratch();
        return PicturePlace.IsS3(task.Folder)
            ? await ToStore(task, upscaler, scratch, progress, cancellationToken)
            : ToFolder(task.Folder, (await Local(task, scratch, cancellationToken)).Item, upscaler, progress, cancellationToken);
    }

    public void Dispose()
    {
        if (_store.IsValueCreated)
            _store.Value.Dispose();
    }

    private BatchRecord ToFolder(string folder, BatchItem item, BatchUpscaler upscaler, IProgress<UpscaleProgress> progress, CancellationToken cancellationToken)
    {
        var journal = _journals.GetOrAdd(folder, path => new Lazy<BatchJournal>(() => Prepared(path))).Value;
        // The record may be long, and says nothing of an output that is not there.
        if (File.Exists(Path.Combine(folder, item.Output)))
            journal.Refresh();
        return upscaler.Upscale(folder, item, journal, Stopwatch.StartNew(), progress, cancellationToken);
    }

    private async Task<BatchRecord> ToStore(FarmTask task, BatchUpscaler upscaler, Scratch scratch, IProgress<UpscaleProgress> progress, CancellationToken cancellationToken)
    {
        var place = $"{task.Folder}/{task.Output}";
        var (item, version) = await Local(task, scratch, cancellationToken);
        var there = await _store.Value.FindAsync(place, cancellationToken);
        if (there?.Is(task.Fingerprint, version) == true)
            return new BatchRecord { Status = BatchStatus.Skipped, Input = task.Name, Output = task.Output };
        if (there is { IsOurs: false } && !upscaler.Overwrites)
            throw new FileExistsException($"'{place}' exists and was not made by a farm; allow overwriting, or choose another place or name pattern.");
        var folder = scratch.File("out");
        var record = upscaler.Upscale(folder, item, Prepared(folder), Stopwatch.StartNew(), progress, cancellationToken);
        if (await _store.Value.UploadAsync(Path.Combine(folder, item.Output), place, there?.ETag, S3Object.Record(task.Fingerprint, version), cancellationToken))
            return record;
        return (await _store.Value.FindAsync(place, cancellationToken))?.Is(task.Fingerprint, version) == true
            ? record with { Status = BatchStatus.Skipped }
            : throw new IOException($"'{place}' was written by another program at the same time.");
    }

    /// <summary>The task's picture with a file of this machine as its input.</summary>
    private async Task<(BatchItem Item, string Version)> Local(FarmTask task, Scratch scratch, CancellationToken cancellationToken)
    {
        if (!PicturePlace.IsS3(task.Input))
            return (task.Item, task.Version);
        var copy = scratch.File("input" + Path.GetExtension(task.Name));
        var version = await _store.Value.DownloadAsync(task.Input, copy, cancellationToken);
        return (task.Item with { Input = new BatchInput(copy, task.Name) }, version);
    }

    private static BatchJournal Prepared(string folder)
    {
        var journal = new BatchJournal(folder, JournalName);
        journal.Prepare();
        return journal;
    }
}
