using System.Diagnostics;
using AdaFormer.Batch;
using AdaFormer.Farm.Queue;
using AdaFormer.Files;

namespace AdaFormer.Farm.Storage;

/// <summary>Where a picture's output goes, and what is known of it there.</summary>
internal abstract class OutputPlace(BatchUpscaler upscaler, BatchItem item)
{
    protected BatchUpscaler Upscaler { get; } = upscaler;

    protected BatchItem Item { get; } = item;

    /// <summary>The record of the output if it is finished, as skipped.</summary>
    /// <param name="inputSha256">SHA-256 of the input.</param>
    /// <param name="cancellationToken">Cancels the look.</param>
    /// <exception cref="FileExistsException">There is one that no farm made, and it may not be replaced.</exception>
    public abstract Task<BatchRecord?> FinishedAsync(string inputSha256, CancellationToken cancellationToken);

    /// <summary>Makes the output unless it is finished.</summary>
    /// <exception cref="FileExistsException">There is one that no farm made, and it may not be replaced.</exception>
    /// <exception cref="IOException">It cannot be written, or another program wrote it at the same time.</exception>
    public abstract Task<BatchRecord> MakeAsync(FileWork work, CancellationToken cancellationToken);
}

/// <summary>An output in a folder, whose record is a batch's.</summary>
internal sealed class FolderOutput(string folder, Func<string, BatchJournal> journals, BatchUpscaler upscaler, BatchItem item) : OutputPlace(upscaler, item)
{
    public override Task<BatchRecord?> FinishedAsync(string inputSha256, CancellationToken cancellationToken) => Task.FromResult(Upscaler.Finished(folder, Item, inputSha256, Journal()));

    public override Task<BatchRecord> MakeAsync(FileWork work, CancellationToken cancellationToken) => Task.FromResult(Upscaler.Upscale(folder, Item, Journal(), Stopwatch.StartNew(), work));

    private BatchJournal Journal()
    {
        var journal = journals(folder);
        // The record may be long, and says nothing of an output that is not there.
        if (File.Exists(Path.Combine(folder, Item.Output)))
            journal.Refresh();
        return journal;
    }
}

/// <summary>An output in a store, whose own metadata say how it was made.</summary>
/// <param name="task">The task.</param>
/// <param name="version">Changes when the input does.</param>
/// <param name="store">The store.</param>
/// <param name="scratch">Where the output is until it is uploaded.</param>
/// <param name="journals">Makes the record of a folder.</param>
/// <param name="upscaler">The upscaler.</param>
/// <param name="item">The picture, with its input on this machine.</param>
internal sealed class StoreOutput(FarmTask task, string version, S3Store store, Scratch scratch, Func<string, BatchJournal> journals, BatchUpscaler upscaler, BatchItem item) : OutputPlace(upscaler, item)
{
    private readonly string _place = $"{task.Folder}/{task.Output}";

    public override async Task<BatchRecord?> FinishedAsync(string inputSha256, CancellationToken cancellationToken) => Finished(await store.FindAsync(_place, cancellationToken));

    public override async Task<BatchRecord> MakeAsync(FileWork work, CancellationToken cancellationToken)
    {
        var there = await store.FindAsync(_place, cancellationToken);
        if (Finished(there) is { } finished)
            return finished;
        var folder = scratch.File("out");
        var record = Upscaler.Upscale(folder, Item, journals(folder), Stopwatch.StartNew(), work);
        if (await store.UploadAsync(Path.Combine(folder, Item.Output), _place, there?.ETag, S3Object.Record(task.Fingerprint, version), cancellationToken))
            return record;
        return Finished(await store.FindAsync(_place, cancellationToken)) is { }
            ? record with { Status = BatchStatus.Skipped }
            : throw new IOException($"'{_place}' was written by another program at the same time.");
    }

    private BatchRecord? Finished(S3Object? there)
    {
        if (there?.Is(task.Fingerprint, version) == true)
            return new BatchRecord { Status = BatchStatus.Skipped, Input = task.Name, Output = task.Output };
        return there is { IsOurs: false } && !Upscaler.Overwrites
            ? throw new FileExistsException($"'{_place}' exists and was not made by a farm; allow overwriting, or choose another place or name pattern.")
            : null;
    }
}
