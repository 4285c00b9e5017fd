using AdaFormer.Imaging;
using AdaFormer.ImageSharp;

namespace AdaFormer.Benchmarks;

internal static partial class BenchmarkPictures
{
    static partial void AddDecoders(List<IPictureDecoder> decoders) => decoders.Add(new ImageSharpDecoder());
}
