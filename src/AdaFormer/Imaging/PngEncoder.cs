namespace AdaFormer.Imaging;

/// <summary>Writes PNG of 8 or 16 bits, as the picture has.</summary>
public sealed class PngEncoder : IPictureEncoder
{
    /// <inheritdoc/>
    public IReadOnlyCollection<string> Extensions => [".png"];

    /// <inheritdoc/>
    public void Encode(Picture picture, Stream stream, string extension) => PngFile.Save(picture, stream);
}
