using AdaFormer.Imaging.Png;
using AdaFormer.Imaging;

namespace AdaFormer.Training.Tests;

/// <summary>Generated pictures.</summary>
internal static class Pictures
{
    /// <summary>Smooth waves with sharp edges: something a network can learn within a few iterations.</summary>
    public static Picture Scene(int width, int height, int seed)
    {
        var picture = new Picture(width, height, PixelLayout.Rgb);
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width; x++)
            {
                var wave = 128 + 80 * Math.Sin((x + seed * 11) / 9.0) * Math.Cos((y - seed * 5) / 7.0);
                var edge = (x / 13 + y / 17 + seed) % 2 * 40;
                for (var channel = 0; channel < 3; channel++)
                    picture[x, y, channel] = (int)Math.Clamp(wave + edge - 10 * channel, 0, 255);
            }
        }

        return picture;
    }

    public static Picture Noise(int width, int height, int seed)
    {
        var picture = new Picture(width, height, PixelLayout.Rgb);
        var random = new Random(seed);
        for (var y = 0; y < height; y++)
            random.NextBytes(picture.Row8(y));
        return picture;
    }

    public static void Save(Picture picture, string path)
    {
        using var stream = File.Create(path);
        PngFile.Save(picture, stream);
    }
}
