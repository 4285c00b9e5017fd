using AdaFormer.Imaging;

namespace AdaFormer.ImageSharp.Tiff;

/// <summary>
/// Writes TIFF of 8 and 16 bits in all layouts without loss, row by row, with profile, EXIF, XMP and density. <see cref="Begin"/> needs a stream
/// that can seek.
/// </summary>
public sealed class TiffEncoder : IPictureEncoder
{
    /// <inheritdoc/>
    public IReadOnlyList<PictureFormat> Formats { get; } = [TiffDecoder.Format];

    /// <inheritdoc/>
    public IEnumerable<PictureWarning> Losses(PictureInfo picture, string extension)
    {
        ArgumentNullException.ThrowIfNull(picture);
        return picture.Metadata.LossesIn("TIFF", MetadataKinds.Exif | MetadataKinds.Xmp | MetadataKinds.Iptc);
    }

    /// <inheritdoc/>
    public bool WritesRows => true;

    /// <inheritdoc/>
    public void Encode(Picture picture, Stream stream, string extension)
    {
        ArgumentNullException.ThrowIfNull(picture);
        ArgumentNullException.ThrowIfNull(stream);
        if (!stream.CanSeek)
        {
            using var file = new MemoryStream();
            Encode(picture, file, extension);
            file.WriteTo(stream);
            return;
        }

        using var sink = Begin(PictureInfo.Of(picture) with { Metadata = picture.Metadata.For(picture.Width, picture.Height, picture.Layout) }, stream, extension);
        for (var y = 0; y < picture.Height; y++)
            sink.WriteRow(picture, y);
        sink.Complete();
    }

    /// <inheritdoc/>
    public IPictureSink Begin(PictureInfo info, Stream stream, string extension)
    {
        ArgumentNullException.ThrowIfNull(info);
        ArgumentNullException.ThrowIfNull(stream);
        return new TiffWriter(stream).BeginPage(info);
    }

    /// <inheritdoc/>
    public bool WritesSequence(string extension, SequenceKind kind) => kind == SequenceKind.Pages;

    /// <inheritdoc/>
    public IPictureSequenceSink BeginSequence(SequenceInfo info, Stream stream, string extension)
    {
        ArgumentNullException.ThrowIfNull(info);
        ArgumentNullException.ThrowIfNull(stream);
        return new PageSink(new TiffWriter(stream));
    }

    private sealed class PageSink(TiffWriter file) : IPictureSequenceSink
    {
        public IPictureSink Begin(PictureInfo picture, TimeSpan duration) => file.BeginPage(picture);

        public void Complete()
        {
        }

        public void Dispose()
        {
        }
    }
}
