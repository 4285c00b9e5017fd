using AdaFormer.Imaging.Png;

namespace AdaFormer.Imaging;

/// <summary>Reads picture files with the first decoder that recognises them.</summary>
public sealed class PictureReader
{
    /// <summary>The default pixel limit: 2^28, 16,384×16,384.</summary>
    public const long DefaultMaximumPixels = 1L << 28;

    private readonly IPictureDecoder[] _decoders;
    private readonly long _maximumPixels;
    private readonly bool _salvage;

    /// <summary>Creates a reader.</summary>
    /// <param name="decoders">The decoders, tried in this order; null: PNG only.</param>
    /// <param name="maximumPixels">Pictures with more pixels are rejected before they are decoded.</param>
    /// <param name="salvage">Whether a file whose data end before its picture does gives what there is, with a warning; otherwise it is an error.</param>
    /// <exception cref="ArgumentException">No decoder is given.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The limit is below 1.</exception>
    public PictureReader(IEnumerable<IPictureDecoder>? decoders = null, long maximumPixels = DefaultMaximumPixels, bool salvage = false)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maximumPixels, 1);
        _decoders = decoders?.ToArray() ?? [new PngDecoder()];
        if (_decoders.Length == 0)
            throw new ArgumentException("Expected at least one decoder, or null for PNG only.", nameof(decoders));
        (_maximumPixels, _salvage) = (maximumPixels, salvage);
    }

    /// <summary>The supported formats.</summary>
    public IReadOnlyList<PictureFormat> Formats => [.. _decoders.SelectMany(decoder => decoder.Formats)];

    /// <summary>Lists the paths of all files in a folder with a supported picture extension, sorted by name.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="recursive">Whether to search subfolders too.</param>
    /// <exception cref="DirectoryNotFoundException">The folder does not exist.</exception>
    /// <exception cref="InvalidDataException">The folder contains no picture.</exception>
    public IReadOnlyList<string> List(string folder, bool recursive = false)
    {
        if (!Directory.Exists(folder))
            throw new DirectoryNotFoundException($"There is no folder '{folder}' (looked for it at '{Path.GetFullPath(folder)}').");
        string[] paths =
        [
            .. Directory.EnumerateFiles(folder, "*", recursive ? SearchOption.AllDirectories : SearchOption.TopDirectoryOnly)
                .Where(IsPicture)
                .Order(StringComparer.Ordinal),
        ];
        return paths.Length > 0 ? paths : throw new InvalidDataException($"'{folder}' contains no picture ({Extensions}).");
    }

    /// <summary>Reads a file.</summary>
    /// <exception cref="PictureFormatException">The file is damaged, not a supported picture, or larger than the limit.</exception>
    /// <exception cref="IOException">The file is missing or cannot be read.</exception>
    public Picture Read(string path)
    {
        using var stream = OpenFile(path);
        return Read(stream, path);
    }

    /// <summary>Reads a picture from a stream, which stays open.</summary>
    /// <param name="stream">The file from its first byte; one that cannot seek is read into memory.</param>
    /// <param name="name">The name to use in error messages.</param>
    /// <exception cref="PictureFormatException">The data is damaged, not a supported picture, or larger than the limit.</exception>
    /// <exception cref="IOException">The stream fails.</exception>
    public Picture Read(Stream stream, string name = "picture")
    {
        ArgumentNullException.ThrowIfNull(stream);
        if (!stream.CanSeek)
        {
            using var copy = new MemoryStream();
            stream.CopyTo(copy);
            copy.Position = 0;
            return Read(copy, name);
        }

        using var rows = new NamedRows(name, null, Decode(stream, name, decoder => decoder.Open(stream, _maximumPixels)), _salvage);
        return PictureRows.ReadAll(rows);
    }

    /// <summary>Opens a file to read it row by row if its format supports that; otherwise it is decoded whole.</summary>
    /// <exception cref="PictureFormatException">The file is damaged, not a supported picture, or larger than the limit.</exception>
    /// <exception cref="IOException">The file is missing or cannot be read.</exception>
    public IPictureRows Open(string path) => OpenWithin(path, _maximumPixels);

    /// <summary>The file extensions of the formats, for messages.</summary>
    internal string Extensions => string.Join(", ", Formats.SelectMany(format => format.Extensions));

    /// <summary>Whether a file has a supported picture extension.</summary>
    internal bool IsPicture(string path) => Formats.Any(format => format.Extensions.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase));

    /// <summary>Whether a picture of this size is within the limit.</summary>
    internal bool Admits(int width, int height) => (long)width * height <= _maximumPixels;

    /// <summary>Opens a file with an additional pixel limit.</summary>
    internal IPictureRows OpenWithin(string path, long maximumPixels)
    {
        var stream = OpenFile(path);
        try
        {
            return new NamedRows(path, stream, Decode(stream, path, decoder => decoder.Open(stream, Math.Min(_maximumPixels, maximumPixels))), _salvage);
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    /// <summary>Opens all pictures of a file, the pages of a document or the frames of an animation.</summary>
    /// <returns>The pictures, or <see langword="null"/> if the file has only one.</returns>
    /// <exception cref="PictureFormatException">The file is damaged, not a supported picture, or larger than the limit.</exception>
    /// <exception cref="IOException">The file is missing or cannot be read.</exception>
    public IPictureSequence? OpenSequence(string path) => OpenSequenceWithin(path, _maximumPixels);

    /// <summary>Opens all pictures of a file with an additional pixel limit.</summary>
    internal IPictureSequence? OpenSequenceWithin(string path, long maximumPixels)
    {
        var stream = OpenFile(path);
        try
        {
            if (Decode(stream, path, decoder => decoder.OpenSequence(stream, Math.Min(_maximumPixels, maximumPixels))) is { } pictures)
                return new NamedSequence(path, stream, pictures, _salvage);
        }
        catch
        {
            stream.Dispose();
            throw;
        }

        stream.Dispose();
        return null;
    }

    private T Decode<T>(Stream stream, string name, Func<IPictureDecoder, T> decode)
    {
        var first = stream.Position;
        var start = new byte[Math.Max(FileSignature.Length, _decoders.Max(decoder => decoder.SignatureLength))];
        var known = start.AsSpan(0, stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false));
        foreach (var decoder in _decoders)
        {
            if (!decoder.Recognizes(known[..Math.Min(known.Length, decoder.SignatureLength)]))
                continue;
            stream.Position = first;
            try
            {
                return decode(decoder);
            }
            catch (PictureFormatException e)
            {
                throw PictureFormatException.InFile(name, e);
            }
        }

        throw new PictureFormatException($"'{name}' is not a supported picture: it looks like {FileSignature.Describe(known)}. Expected one of: {string.Join(", ", Formats.Select(format => format.Name))}.");
    }

    /// <summary>Opens a file, but no pipe: one that nobody writes to would be waited for without end.</summary>
    /// <exception cref="PictureFormatException">It is empty, a pipe or a device.</exception>
    /// <exception cref="IOException">It is missing, a folder, or cannot be read.</exception>
    internal static FileStream OpenFile(string path)
    {
        if (Directory.Exists(path))
            throw new IOException($"'{path}' is a folder, expected a picture file.");
        if (!File.Exists(path))
            throw new FileNotFoundException($"There is no picture file '{path}'.", path);
        try
        {
            // All that is no file of its own has no length.
            if ((File.ResolveLinkTarget(path, returnFinalTarget: true) ?? new FileInfo(path)) is FileInfo { Exists: true, Length: 0 })
                throw NoFile(path);
            var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
            if (stream.CanSeek)
                return stream;
            stream.Dispose();
            throw NoFile(path);
        }
        catch (FileNotFoundException e)
        {
            throw new FileNotFoundException($"There is no picture file '{path}', or it is a link to one that is not there.", path, e);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new IOException($"No permission to read '{path}'. Change its permissions.", e);
        }
    }

    private static PictureFormatException NoFile(string path) => new($"'{path}' is an empty file, a pipe or a device; expected a picture file.");
}
