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

    public static PictureWriter Writer()
    {
        var encoders = new List<IPictureEncoder> { new PngEncoder() };
        AddEncoders(encoders);
        return new PictureWriter(encoders);
    }

    static partial void AddDecoders(List<IPictureDecoder> decoders);

    static partial void AddEncoders(List<IPictureEncoder> encoders);
}
