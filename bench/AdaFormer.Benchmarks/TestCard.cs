using AdaFormer.Imaging;

namespace AdaFormer.Benchmarks;

/// <summary>A picture between flat and busy: noise that grows from left to right.</summary>
internal static class TestCard
{
    public static Picture Draw(int width, int height)
    {
        var picture = new Picture(width, height, PixelLayout.Rgb);
        var random = new Random(1);
        for (var y = 0; y < height; y++)
        {
            var row = picture.Row8(y);
            for (var index = 0; index < row.Length; index++)
                row[index] = (byte)(128 + ((random.NextSingle() - 0.5f) * 255 * index / row.Length));
        }

        return picture;
    }
}
