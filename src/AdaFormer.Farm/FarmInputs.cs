using AdaFormer.Batch;
using AdaFormer.Farm.Storage;
using AdaFormer.Imaging;

namespace AdaFormer.Farm;

/// <summary>Finds the pictures to submit, in folders and S3-compatible stores.</summary>
public static class FarmInputs
{
    /// <summary>Finds the pictures at a place.</summary>
    /// <param name="place">A folder, a pattern or a file, as for <see cref="BatchInputs.Find"/>; or <c>s3://bucket/folder</c>, or an object.</param>
    /// <param name="reader">Reads the pictures; files of other formats are skipped.</param>
    /// <param name="recursive">Whether to search subfolders too.</param>
    /// <param name="cancellationToken">Cancels the search.</param>
    /// <exception cref="IOException">There is no such folder or file, or the store cannot be reached.</exception>
    /// <exception cref="InvalidDataException">There is no picture.</exception>
    public static async Task<IReadOnlyList<BatchInput>> FindAsync(string place, PictureReader reader, bool recursive = false, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(place);
        ArgumentNullException.ThrowIfNull(reader);
        if (!PicturePlace.IsS3(place))
            return BatchInputs.Find(place, reader, recursive);
        using var store = new S3Store();
        var folder = PicturePlace.Full(place);
        BatchInput[] found =
        [
            .. (await store.ListAsync(folder, cancellationToken)).Select(one => one.Name)
                .Where(name => reader.IsPicture(name) && (recursive || !name.Contains('/')))
                .Order(StringComparer.Ordinal)
                .Select(name => new BatchInput($"{folder}/{name}", name)),
        ];
        if (found.Length > 0)
            return found;
        return PicturePlace.Parse(folder).Key.Length > 0 && await store.FindAsync(folder, cancellationToken) is not null
            ? [new BatchInput(folder, folder[(folder.LastIndexOf('/') + 1)..])]
            : throw new InvalidDataException($"'{place}' contains no picture ({reader.Extensions}){(recursive ? "" : "; perhaps in subfolders, which are searched recursively only")}.");
    }
}
