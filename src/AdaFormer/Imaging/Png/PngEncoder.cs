namespace AdaFormer.Imaging;

/// <summary>Writes PNG of 8 or 16 bits, as the picture has.</summary>
public sealed class PngEncoder : IPictureEncoder
{
    /// <inheritdoc/>
    public IReadOnlyList<PictureFormat> Formats => [PngFormat.Format];

    /// <inheritdoc/>
    public void Encode(Picture picture, Stream stream, string extension) => PngFile.Save(picture, stream);

    /// <inheritdoc/>
    public bool WritesRows => true;

    /// <inheritdoc/>
    public IPictureSink Begin(PictureInfo info, Stream stream, string extension)
    {
        ArgumentNullException.ThrowIfNull(info);
        return new PngWriter(stream, info.Width, info.Height, info.Layout, info.BitDepth, info.Metadata);
    }
}
