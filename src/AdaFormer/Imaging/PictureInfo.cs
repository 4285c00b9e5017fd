namespace AdaFormer.Imaging;

/// <summary>What a picture is, without its pixels.</summary>
/// <param name="Width">Width in pixels.</param>
/// <param name="Height">Height in pixels.</param>
/// <param name="Layout">The channels.</param>
/// <param name="BitDepth">Bits a sample: 8 or 16.</param>
public sealed record PictureInfo(int Width, int Height, PixelLayout Layout, int BitDepth)
{
    /// <summary>What the file says beside the pixels.</summary>
    public PictureMetadata Metadata { get; init; } = new();

    /// <summary>Memory that a pixel takes in a <see cref="Picture"/>, in bytes.</summary>
    internal int BytesPerPixel => (int)Layout * BitDepth / 8;

    /// <summary>Memory that the whole picture takes, in bytes.</summary>
    internal long Bytes => (long)Width * Height * BytesPerPixel;

    internal static PictureInfo Of(Picture picture) =>
        new(picture.Width, picture.Height, picture.Layout, picture.BitDepth) { Metadata = picture.Metadata };

    /// <summary>A black picture of this kind, with another number of rows.</summary>
    internal Picture NewPicture(int rows) => new(Width, rows, Layout, BitDepth) { Metadata = Metadata };
}
