using AdaFormer.Imaging;
using AdaFormer.ImageSharp;

namespace AdaFormer.Benchmarks;

/// <summary>Reads the pictures of benchmarks.</summary>
internal static class BenchmarkPictures
{
    public static PictureReader Reader() => new([new PngDecoder(), new ImageSharpDecoder()]);
}
