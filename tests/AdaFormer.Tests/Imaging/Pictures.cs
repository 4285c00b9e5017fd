using AdaFormer.Imaging.Png;
using AdaFormer.Imaging;

namespace AdaFormer.Tests.Imaging;

/// <summary>Pictures for tests.</summary>
internal static class Pictures
{
    /// <summary>Noise that is the same for the same seed.</summary>
    public static Picture Noise(int width, int height, PixelLayout layout, int bitDepth = 8, int seed = 1)
    {
        var random = new Random(seed);
        return Make(width, height, layout, bitDepth, (_, _, _) => random.Next(bitDepth == 8 ? 256 : 65536));
    }

    public static Picture Make(int width, int height, PixelLayout layout, int bitDepth, Func<int, int, int, int> sample)
    {
        var picture = new Picture(width, height, layout, bitDepth);
        for (var y = 0; y < height; y++)
        for (var x = 0; x < width; x++)
        for (var channel = 0; channel < picture.Channels; channel++)
            picture[x, y, channel] = sample(x, y, channel);
        return picture;
    }

    public static Picture Crop(Picture picture, int width, int height) =>
        Make(width, height, picture.Layout, picture.BitDepth, (x, y, channel) => picture[x, y, channel]);

    public static Picture Read(string path)
    {
        using var stream = File.OpenRead(path);
        return new PngDecoder().Decode(stream, 1 << 28);
    }

    public static Picture Fixture(string name) => Read(TestData.Fixture("pictures", name + ".png"));

    public static void AssertEqual(Picture expected, Picture actual, string? message = null) => AssertWithin(0, expected, actual, message);

    public static void AssertWithin(int tolerance, Picture expected, Picture actual, string? message = null)
    {
        Assert.AreEqual((expected.Width, expected.Height, expected.Layout, expected.BitDepth), (actual.Width, actual.Height, actual.Layout, actual.BitDepth), message);
        for (var y = 0; y < expected.Height; y++)
        for (var i = 0; i < expected.Width * expected.Channels; i++)
        {
            var (a, b) = expected.BitDepth == 8 ? (expected.Row8(y)[i], actual.Row8(y)[i]) : (expected.Row16(y)[i], actual.Row16(y)[i]);
            if (Math.Abs(a - b) > tolerance)
                Assert.Fail($"{message} row {y}, sample {i}: expected {a}, got {b}.");
        }
    }
}
