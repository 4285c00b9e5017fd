using AdaFormer.Imaging;

namespace AdaFormer.ImageSharp;

/// <summary>
/// Reads JPEG, WebP, BMP, GIF (the first frame), PNM and TGA. The EXIF orientation is applied, grey JPEG stays grey. Alpha is straight; a picture that is opaque everywhere has none.
/// Profile, EXIF, XMP and density are kept, not applied. A file whose data end before its picture does gives what there is, with a warning; <see cref="PictureReader"/> refuses it unless asked to salvage it.
/// </summary>
public sealed class ImageSharpDecoder : IPictureDecoder
{
    /// <inheritdoc/>
    public IReadOnlyList<PictureFormat> Formats { get; } = [.. PictureFormats.OfImageSharp.Select(format => format.Format)];

    /// <inheritdoc/>
    public int SignatureLength { get; } = PictureFormats.OfImageSharp.Max(format => format.Detector.HeaderSize);

    /// <inheritdoc/>
    public bool Recognizes(ReadOnlySpan<byte> start) => FormatOf(start) is not null;

    /// <inheritdoc/>
    public Picture Decode(Stream stream, long maximumPixels)
    {
        using var rows = Open(stream, maximumPixels);
        return PictureRows.ReadAll(rows);
    }

    /// <inheritdoc/>
    public IPictureRows Open(Stream stream, long maximumPixels)
    {
        ArgumentNullException.ThrowIfNull(stream);
        if (!stream.CanSeek)
        {
            // The file is read twice, header first.
            var copy = new MemoryStream();
            stream.CopyTo(copy);
            copy.Position = 0;
            return Open(copy, maximumPixels);
        }

        var file = new WatchedStream(stream);
        return file.Rows(() => FormatOf(file).Open(file, maximumPixels));
    }

    /// <inheritdoc/>
    public IPictureSequence? OpenSequence(Stream stream, long maximumPixels)
    {
        ArgumentNullException.ThrowIfNull(stream);
        var file = new WatchedStream(stream);
        return file.Decode(() => FormatOf(file).ReadSequence(file, maximumPixels)) is { } frames ? new WatchedSequence(file, frames) : null;
    }

    private ImageSharpFormat FormatOf(WatchedStream file)
    {
        var start = new byte[SignatureLength];
        var known = file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        file.Position = 0;
        return FormatOf(start.AsSpan(0, known)) ?? throw new PictureFormatException($"The file is none of {string.Join(", ", Formats.Select(one => one.Name))}. Expected one of them.");
    }

    private static ImageSharpFormat? FormatOf(ReadOnlySpan<byte> start)
    {
        foreach (var format in PictureFormats.OfImageSharp)
        {
            if (format.Detector.DetectFormat(start) is not null)
                return format;
        }

        return null;
    }

    private sealed class WatchedSequence(WatchedStream file, IPictureSequence frames) : IPictureSequence
    {
        public SequenceInfo Info => frames.Info;

        public IPictureRows? Next(out TimeSpan duration)
        {
            (var rows, duration) = file.Decode(() => (frames.Next(out var shown), shown));
            return rows;
        }

        public void Dispose() => frames.Dispose();
    }
}
