namespace AdaFormer.Imaging;

/// <summary>Size, channels and metadata of a picture, without its pixels.</summary>
/// <param name="Width">Width in pixels.</param>
/// <param name="Height">Height in pixels.</param>
/// <param name="Layout">The channels.</param>
/// <param name="BitDepth">Bits per sample: 8 or 16.</param>
public sealed record PictureInfo(int Width, int Height, PixelLayout Layout, int BitDepth)
{
    /// <summary>The file's metadata.</summary>
    public PictureMetadata Metadata { get; init; } = new();

    /// <summary>Memory of a pixel in a <see cref="Picture"/>, in bytes.</summary>
    internal int BytesPerPixel => (int)Layout * BitDepth / 8;

    /// <summary>Memory of the whole picture, in bytes.</summary>
    internal long Bytes => (long)Width * Height * BytesPerPixel;

    /// <summary>The same picture in another size, with metadata that fit it.</summary>
    internal PictureInfo Resized(int width, int height) =>
        this with { Width = width, Height = height, Metadata = Metadata.For(width, height, Layout) with { JpegQuality = null } };

    /// <summary>What a picture is.</summary>
    public static PictureInfo Of(Picture picture) =>
        new(picture.Width, picture.Height, picture.Layout, picture.BitDepth) { Metadata = picture.Metadata };

    /// <summary>Creates a black picture of this kind with a different number of rows.</summary>
    internal Picture NewPicture(int rows) => new(Width, rows, Layout, BitDepth) { Metadata = Metadata };
}
