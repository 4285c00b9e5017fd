using AdaFormer.Imaging;

namespace AdaFormer.Benchmarks;

/// <summary>Reads the pictures of benchmarks: PNG, and what ImageSharp reads where it was there at build.</summary>
internal static partial class BenchmarkPictures
{
    public static PictureReader Reader()
    {
        var decoders = new List<IPictureDecoder> { new PngDecoder() };
        AddDecoders(decoders);
        return new PictureReader(decoders);
    }

    static partial void AddDecoders(List<IPictureDecoder> decoders);
}
