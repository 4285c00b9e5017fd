using System.Globalization;
using AdaFormer.Batch;
using AdaFormer.Farm.Queue;

namespace AdaFormer.Farm.Storage;

/// <summary>
/// Where the strips of a cut picture are until it is put together: in the output folder's record, where no batch looks for pictures. Each is
/// whole or not there.
/// </summary>
internal abstract class StripPlace
{
    private const string Folder = $"{BatchJournal.FolderName}/strips";

    /// <param name="task">The picture and its cut.</param>
    /// <param name="store">For an output folder in a store.</param>
    /// <param name="scratch">For copies of objects.</param>
    public static StripPlace Of(FarmTask task, Lazy<S3Store> store, Scratch scratch) =>
        PicturePlace.IsS3(task.Folder) ? new InStore($"{task.Folder}/{Folder}/{task.CutId}", store.Value, scratch) : new InFolder(Path.Combine(task.Folder, Folder, task.CutId!));

    /// <summary>Indices of the strips that are there.</summary>
    public abstract Task<HashSet<int>> ListAsync(CancellationToken cancellationToken);

    /// <summary>Adds a strip.</summary>
    /// <param name="strip">Its index.</param>
    /// <param name="make">Writes it to a file of this name, whole or not at all.</param>
    /// <param name="cancellationToken">Cancels the upload.</param>
    public abstract Task AddAsync(int strip, Action<string> make, CancellationToken cancellationToken);

    /// <summary>All strips as files of this machine.</summary>
    /// <exception cref="FileNotFoundException">One is not there.</exception>
    public abstract Task<IReadOnlyList<string>> FilesAsync(int count, CancellationToken cancellationToken);

    /// <summary>Removes all strips.</summary>
    public abstract Task RemoveAsync(CancellationToken cancellationToken);

    private static string NameOf(int strip) => strip.ToString(CultureInfo.InvariantCulture);

    private static HashSet<int> Indices(IEnumerable<string> names) =>
        [.. names.Select(name => int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var index) ? index : -1).Where(index => index >= 0)];

    private sealed class InFolder(string folder) : StripPlace
    {
        public override Task<HashSet<int>> ListAsync(CancellationToken cancellationToken) =>
            Task.FromResult(Directory.Exists(folder) ? Indices(Directory.EnumerateFiles(folder).Select(file => Path.GetFileName(file))) : []);

        public override Task AddAsync(int strip, Action<string> make, CancellationToken cancellationToken)
        {
            Directory.CreateDirectory(folder);
            make(Path.Combine(folder, NameOf(strip)));
            return Task.CompletedTask;
        }

        public override Task<IReadOnlyList<string>> FilesAsync(int count, CancellationToken cancellationToken) =>
            Task.FromResult<IReadOnlyList<string>>([.. Enumerable.Range(0, count).Select(strip => Path.Combine(folder, NameOf(strip)))]);

        public override Task RemoveAsync(CancellationToken cancellationToken)
        {
            try
            {
                if (Directory.Exists(folder))
                    Directory.Delete(folder, recursive: true);
            }
            catch (IOException)
            {
                // Another worker removes it too, or adds a strip, and then removes all.
            }

            return Task.CompletedTask;
        }
    }

    private sealed class InStore(string folder, S3Store store, Scratch scratch) : StripPlace
    {
        public override async Task<HashSet<int>> ListAsync(CancellationToken cancellationToken) => Indices((await store.ListAsync(folder, cancellationToken)).Select(one => one.Name));

        public override async Task AddAsync(int strip, Action<string> make, CancellationToken cancellationToken)
        {
            var file = scratch.File(NameOf(strip));
            make(file);
            // Another worker's is the same.
            await store.UploadAsync(file, Place(strip), replaced: null, new Dictionary<string, string>(), cancellationToken);
        }

        public override async Task<IReadOnlyList<string>> FilesAsync(int count, CancellationToken cancellationToken)
        {
            var files = new List<string>();
            for (var strip = 0; strip < count; strip++)
            {
                files.Add(scratch.File(NameOf(strip)));
                await store.DownloadAsync(Place(strip), files[strip], cancellationToken);
            }

            return files;
        }

        public override async Task RemoveAsync(CancellationToken cancellationToken)
        {
            foreach (var strip in await ListAsync(cancellationToken))
                await store.DeleteAsync(Place(strip), cancellationToken);
        }

        private string Place(int strip) => $"{folder}/{NameOf(strip)}";
    }
}
