using AdaFormer.Imaging;
using AdaFormer.ImageSharp;

namespace AdaFormer.Cli;

/// <summary>The picture formats of the command: PNG, and ImageSharp's.</summary>
internal static class Pictures
{
    public static PictureReader Reader(long maximumPixels = PictureReader.DefaultMaximumPixels) =>
        new([new PngDecoder(), new ImageSharpDecoder()], maximumPixels);

    /// <summary>Writes files.</summary>
    /// <param name="quality">Of JPEG and lossy WebP, 1 to 100; null: the encoder's default.</param>
    /// <param name="lossless">Whether WebP is lossless.</param>
    public static PictureWriter Writer(int? quality = null, bool lossless = false)
    {
        var defaults = new ImageSharpEncoderOptions();
        return new PictureWriter([new PngEncoder(), new ImageSharpEncoder(new ImageSharpEncoderOptions { Quality = quality ?? defaults.Quality, LosslessWebp = lossless })]);
    }
}
