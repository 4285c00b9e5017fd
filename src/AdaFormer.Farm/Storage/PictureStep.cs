using System.Collections.Concurrent;
using AdaFormer.Batch;
using AdaFormer.Farm.Queue;
using AdaFormer.Files;

namespace AdaFormer.Farm.Storage;

/// <summary>Does what a task asks for, wherever its input and output are: upscales a picture, cuts it, or upscales a strip. Thread-safe.</summary>
internal sealed class PictureStep : IDisposable
{
    // One for each machine, so that its processes, but not all machines, wait for each other.
    private static readonly string JournalName = $"journal-farm-{string.Concat(Environment.MachineName.Split(Path.GetInvalidFileNameChars()))}.jsonl";

    private readonly ConcurrentDictionary<string, Lazy<BatchJournal>> _journals = new();
    private readonly Lazy<S3Store> _store = new(() => new S3Store());

    /// <exception cref="IOException">A file or an object cannot be read or written.</exception>
    /// <exception cref="Exception">As of <see cref="FileUpscaler.Upscale"/>.</exception>
    public async Task<StepResult> RunAsync(FarmTask task, BatchUpscaler upscaler, IProgress<UpscaleProgress> progress, CancellationToken cancellationToken)
    {
        using var scratch = new Scratch();
        var (item, version) = await LocalAsync(task, scratch, cancellationToken);
        OutputPlace output = PicturePlace.IsS3(task.Folder)
            ? new StoreOutput(task, version, _store.Value, scratch, Prepared, upscaler, item)
            : new FolderOutput(task.Folder, JournalOf, upscaler, item);
        if (task.Cut is not null)
            return await new StripStep(task, item, output, StripPlace.Of(task, _store, scratch), upscaler.Files).RunAsync(progress, cancellationToken);
        if (upscaler.Files.Cut(item.Input.Path, item.Output, task.StripsAbove, cancellationToken) is not { } cut)
            return new StepResult(await output.MakeAsync((files, from, to) => files.Upscale(from, to, progress: progress, cancellationToken: cancellationToken), cancellationToken));
        return await output.FinishedAsync(cut.InputSha256, cancellationToken) is { } finished ? new StepResult(finished) : new StepResult(null) { Cut = cut };
    }

    public void Dispose()
    {
        if (_store.IsValueCreated)
            _store.Value.Dispose();
    }

    /// <summary>The task's picture with a file of this machine as its input.</summary>
    private async Task<(BatchItem Item, string Version)> LocalAsync(FarmTask task, Scratch scratch, CancellationToken cancellationToken)
    {
        if (!PicturePlace.IsS3(task.Input))
            return (task.Item, task.Version);
        var copy = scratch.File("input" + Path.GetExtension(task.Name));
        var version = await _store.Value.DownloadAsync(task.Input, copy, cancellationToken);
        return (task.Item with { Input = new BatchInput(copy, task.Name) }, version);
    }

    private BatchJournal JournalOf(string folder) => _journals.GetOrAdd(folder, path => new Lazy<BatchJournal>(() => Prepared(path))).Value;

    private static BatchJournal Prepared(string folder)
    {
        var journal = new BatchJournal(folder, JournalName);
        journal.Prepare();
        return journal;
    }
}

/// <summary>What became of a task.</summary>
/// <param name="Record">The record of the output that is finished; <see langword="null"/> if it is not yet.</param>
internal sealed record StepResult(BatchRecord? Record)
{
    /// <summary>How the picture is to be cut; <see langword="null"/> if it is not, or is already.</summary>
    public PictureCut? Cut { get; init; }

    /// <summary>Whether the strip was made.</summary>
    public bool StripMade { get; init; }

    /// <summary>Whether the picture was put together of its strips.</summary>
    public bool Joined { get; init; }
}
