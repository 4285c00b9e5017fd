using AdaFormer.Imaging;
using AdaFormer.ImageSharp;

namespace AdaFormer.Cli;

internal static partial class Pictures
{
    static partial void AddDecoders(List<IPictureDecoder> decoders) => decoders.Add(new ImageSharpDecoder());

    static partial void AddEncoders(List<IPictureEncoder> encoders, int? quality, bool lossless)
    {
        var defaults = new ImageSharpEncoderOptions();
        encoders.Add(new ImageSharpEncoder(new ImageSharpEncoderOptions { Quality = quality ?? defaults.Quality, LosslessWebp = lossless }));
    }
}
