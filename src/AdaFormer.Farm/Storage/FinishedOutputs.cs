using System.Globalization;
using AdaFormer.Batch;
using AdaFormer.IO;

namespace AdaFormer.Farm.Storage;

/// <summary>Which outputs of a folder are finished, before anything is submitted.</summary>
internal abstract class FinishedOutputs : IDisposable
{
    private readonly Lazy<S3Store> _store = new(() => new S3Store());

    protected S3Store Store => _store.Value;

    public static FinishedOutputs In(string folder, string settings) => PicturePlace.IsS3(folder) ? new InStore(folder, settings) : new InFolder(folder, settings);

    /// <summary>Text that changes when an input does.</summary>
    public async Task<string> VersionOf(string input, CancellationToken cancellationToken)
    {
        if (PicturePlace.IsS3(input))
            return (await Store.FindAsync(input, cancellationToken))?.ETag ?? "";
        var file = new FileInfo(input);
        return file.Exists ? string.Create(CultureInfo.InvariantCulture, $"{file.Length}-{file.LastWriteTimeUtc.Ticks}") : "";
    }

    /// <summary>Whether the output was made from the same content with the same settings, and is undamaged.</summary>
    public abstract Task<bool> Contains(BatchItem item, string version, CancellationToken cancellationToken);

    public void Dispose()
    {
        if (_store.IsValueCreated)
            _store.Value.Dispose();
    }

    private sealed class InFolder(string folder, string settings) : FinishedOutputs
    {
        private readonly BatchJournal _journal = new(folder, BatchShard.All);

        public override async Task<bool> Contains(BatchItem item, string version, CancellationToken cancellationToken)
        {
            // Content is read only where there is something to compare it with.
            if (!_journal.Knows(item.Output) || !File.Exists(Path.Combine(folder, item.Output)))
                return false;
            if (PicturePlace.IsS3(item.Input.Path))
            {
                using var copy = new Scratch();
                await Store.DownloadAsync(item.Input.Path, copy.File("input"), cancellationToken);
                return _journal.Finished(item, FileHash.Of(copy.File("input")), settings) is not null;
            }

            return File.Exists(item.Input.Path) && _journal.Finished(item, FileHash.Of(item.Input.Path), settings) is not null;
        }
    }

    private sealed class InStore(string folder, string settings) : FinishedOutputs
    {
        private HashSet<string>? _there;

        public override async Task<bool> Contains(BatchItem item, string version, CancellationToken cancellationToken)
        {
            _there ??= [.. (await Store.ListAsync(folder, cancellationToken)).Select(one => one.Name)];
            return _there.Contains(item.Output) && (await Store.FindAsync($"{PicturePlace.Full(folder)}/{item.Output}", cancellationToken))?.Is(settings, version) == true;
        }
    }
}
