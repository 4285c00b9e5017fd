using AdaFormer.Imaging;

namespace AdaFormer.Benchmarks;

/// <summary>A picture between flat and busy: noise that grows from left to right, or is the same everywhere.</summary>
internal static class TestCard
{
    public static Picture Draw(int width, int height, bool everywhere = false)
    {
        var picture = new Picture(width, height, PixelLayout.Rgb);
        var random = new Random(1);
        for (var y = 0; y < height; y++)
        {
            var row = picture.Row8(y);
            for (var index = 0; index < row.Length; index++)
                row[index] = (byte)(128 + ((random.NextSingle() - 0.5f) * 255 * (everywhere ? 1 : (float)index / row.Length)));
        }

        return picture;
    }
}
