using AdaFormer.IO;
using AdaFormer.Imaging.Png;

namespace AdaFormer.Imaging;

/// <summary>Writes picture files in the format given by their extension.</summary>
public sealed class PictureWriter
{
    private readonly IPictureEncoder[] _encoders;

    /// <summary>Creates a writer.</summary>
    /// <param name="encoders">The encoders, tried in this order; null: PNG only.</param>
    /// <exception cref="ArgumentException">No encoder is given.</exception>
    public PictureWriter(IEnumerable<IPictureEncoder>? encoders = null)
    {
        _encoders = encoders?.ToArray() ?? [new PngEncoder()];
        if (_encoders.Length == 0)
            throw new ArgumentException("Expected at least one encoder, or null for PNG only.", nameof(encoders));
    }

    /// <summary>The supported formats.</summary>
    public IReadOnlyList<PictureFormat> Formats => [.. _encoders.SelectMany(encoder => encoder.Formats)];

    /// <summary>Rejects a name whose extension no encoder supports.</summary>
    /// <exception cref="NotSupportedException">No encoder writes such files; the message lists the supported ones.</exception>
    public void Check(string path) => EncoderOf(path);

    /// <summary>Rejects a picture that is too large for its file's format, before it is made.</summary>
    /// <exception cref="NotSupportedException">No encoder writes such files.</exception>
    /// <exception cref="PictureFormatException">A side is longer than the format allows.</exception>
    public void Check(string path, long width, long height)
    {
        var maximum = EncoderOf(path).MaximumSide(Extension(path));
        if (Math.Max(width, height) > maximum)
            throw new PictureFormatException($"'{path}' would have {width}×{height} pixels; the format allows at most {maximum} on each side. Write a PNG, or a smaller picture.");
    }

    /// <summary>Writes a file atomically.</summary>
    /// <exception cref="NotSupportedException">No encoder writes such files.</exception>
    /// <exception cref="PictureFormatException">The format cannot hold the picture.</exception>
    /// <exception cref="IOException">The file exists and may not be replaced, or cannot be written.</exception>
    public void Write(Picture picture, string path, bool overwrite = false)
    {
        ArgumentNullException.ThrowIfNull(picture);
        var encoder = EncoderOf(path);
        AtomicFile.Write(path, overwrite, stream => encoder.Encode(picture, stream, Extension(path)));
    }

    /// <summary>What gets lost when a picture is written to a file of this name.</summary>
    /// <exception cref="NotSupportedException">No encoder writes such files.</exception>
    public IReadOnlyList<PictureWarning> Losses(PictureInfo picture, string path)
    {
        ArgumentNullException.ThrowIfNull(picture);
        return [.. EncoderOf(path).Losses(picture, Extension(path))];
    }

    /// <summary>Whether a file of this name is written row by row, without holding the whole picture.</summary>
    /// <exception cref="NotSupportedException">No encoder writes such files.</exception>
    public bool WritesRows(string path) => EncoderOf(path).WritesRows;

    /// <summary>Writes a file row by row, atomically.</summary>
    /// <param name="info">Size, channels and metadata of the picture.</param>
    /// <param name="path">The file.</param>
    /// <param name="overwrite">Whether an existing file may be replaced.</param>
    /// <param name="write">Writes all rows. If it throws, no file is left behind.</param>
    /// <exception cref="NotSupportedException">No encoder writes such files.</exception>
    /// <exception cref="PictureFormatException">The format cannot hold the picture.</exception>
    /// <exception cref="IOException">The file exists and may not be replaced, or cannot be written.</exception>
    public void Write(PictureInfo info, string path, bool overwrite, Action<IPictureSink> write)
    {
        ArgumentNullException.ThrowIfNull(info);
        ArgumentNullException.ThrowIfNull(write);
        var encoder = EncoderOf(path);
        AtomicFile.Write(path, overwrite, stream =>
        {
            using var sink = encoder.Begin(info, stream, Extension(path));
            write(sink);
            sink.Complete();
        });
    }

    /// <summary>Whether a file of this name can hold several pictures of a kind.</summary>
    /// <exception cref="NotSupportedException">No encoder writes such files.</exception>
    public bool WritesSequence(string path, SequenceKind kind) => EncoderOf(path).WritesSequence(Extension(path), kind);

    /// <summary>Writes several pictures into a file, atomically.</summary>
    /// <param name="info">Kind and number of the pictures.</param>
    /// <param name="path">The file, for which <see cref="WritesSequence"/> says yes.</param>
    /// <param name="overwrite">Whether an existing file may be replaced.</param>
    /// <param name="write">Writes all pictures. If it throws, no file is left behind.</param>
    /// <exception cref="NotSupportedException">No encoder writes such files, or they hold one picture.</exception>
    /// <exception cref="PictureFormatException">The format cannot hold a picture.</exception>
    /// <exception cref="IOException">The file exists and may not be replaced, or cannot be written.</exception>
    public void WriteSequence(SequenceInfo info, string path, bool overwrite, Action<IPictureSequenceSink> write)
    {
        ArgumentNullException.ThrowIfNull(info);
        ArgumentNullException.ThrowIfNull(write);
        var encoder = EncoderOf(path);
        AtomicFile.Write(path, overwrite, stream =>
        {
            using var sink = encoder.BeginSequence(info, stream, Extension(path));
            write(sink);
            sink.Complete();
        });
    }

    private IPictureEncoder EncoderOf(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return _encoders.FirstOrDefault(encoder => encoder.Formats.Any(format => format.Extensions.Contains(Extension(path))))
            ?? throw new NotSupportedException($"'{path}' cannot be written: the name must end in {string.Join(", ", Formats.SelectMany(format => format.Extensions))}.");
    }

    private static string Extension(string path) => Path.GetExtension(path).ToLowerInvariant();
}
