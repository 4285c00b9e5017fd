using AdaFormer.Imaging;

namespace AdaFormer.Cli;

/// <summary>The picture formats of this build: PNG, and what the optional parts add.</summary>
internal static partial class Pictures
{
    public static PictureReader Reader(long maximumPixels = PictureReader.DefaultMaximumPixels)
    {
        var decoders = new List<IPictureDecoder> { new PngDecoder() };
        AddDecoders(decoders);
        return new PictureReader(decoders, maximumPixels);
    }

    /// <summary>Writes files.</summary>
    /// <param name="quality">Of JPEG and lossy WebP, 1 to 100; null: the encoder's default.</param>
    /// <param name="lossless">Whether WebP is lossless.</param>
    public static PictureWriter Writer(int? quality = null, bool lossless = false)
    {
        var encoders = new List<IPictureEncoder> { new PngEncoder() };
        AddEncoders(encoders, quality, lossless);
        return new PictureWriter(encoders);
    }

    static partial void AddDecoders(List<IPictureDecoder> decoders);

    static partial void AddEncoders(List<IPictureEncoder> encoders, int? quality, bool lossless);
}
