using AdaFormer.Imaging;
using AdaFormer.ImageSharp;

namespace AdaFormer.Cli;

internal static partial class Pictures
{
    static partial void AddDecoders(List<IPictureDecoder> decoders) => decoders.Add(new ImageSharpDecoder());
}
