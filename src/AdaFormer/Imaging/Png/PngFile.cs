namespace AdaFormer.Imaging;

/// <summary>Whole pictures to PNG.</summary>
public static class PngFile
{
    /// <summary>Writes a picture and its metadata as PNG; the stream stays open.</summary>
    /// <exception cref="IOException">The stream fails.</exception>
    public static void Save(Picture picture, Stream stream)
    {
        ArgumentNullException.ThrowIfNull(picture);
        using var writer = new PngWriter(stream, picture.Width, picture.Height, picture.Layout, picture.BitDepth, picture.Metadata);
        for (var y = 0; y < picture.Height; y++)
            writer.WriteRow(picture, y);

        writer.Complete();
    }
}
