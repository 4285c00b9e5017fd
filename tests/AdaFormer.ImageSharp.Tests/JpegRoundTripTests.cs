using AdaFormer.ImageSharp;
using AdaFormer.Imaging;

namespace AdaFormer.Tests.ImageSharp;

[TestClass]
public class JpegRoundTripTests
{
    [TestMethod]
    [DataRow(PixelLayout.Gray, PixelLayout.Gray)]
    [DataRow(PixelLayout.GrayAlpha, PixelLayout.Gray)]
    [DataRow(PixelLayout.Rgb, PixelLayout.Rgb)]
    [DataRow(PixelLayout.Rgba, PixelLayout.Rgb)]
    public void TheSizeStaysAndLowerQualityIsFurtherAway(PixelLayout from, PixelLayout to)
    {
        var picture = Busy(79, 97, from);

        var (good, bad) = (JpegRoundTrip.Apply(picture, 95), JpegRoundTrip.Apply(picture, 20));

        Assert.AreEqual((79, 97, to), (good.Width, good.Height, good.Layout));
        Assert.IsLessThan(Distance(bad, picture), Distance(good, picture));
    }

    [TestMethod]
    public void HalvedColoursLoseFineColours()
    {
        // Red and cyan of one brightness, in turns: what halving the colours' resolution takes away.
        var picture = new Picture(48, 48, PixelLayout.Rgb);
        for (var y = 0; y < 48; y++)
        {
            for (var x = 0; x < 48; x++)
                (picture[x, y, 0], picture[x, y, 1], picture[x, y, 2]) = x % 2 == 0 ? (200, 60, 60) : (60, 131, 131);
        }

        var (full, halved) = (JpegRoundTrip.Apply(picture, 95, fullChroma: true), JpegRoundTrip.Apply(picture, 95));

        Assert.IsGreaterThan(100, full[20, 20, 0] - full[21, 20, 0]);
        Assert.IsLessThan(50, halved[20, 20, 0] - halved[21, 20, 0]);
    }

    [TestMethod]
    public void AnImpossibleQualityIsRefused()
    {
        var picture = Busy(8, 8, PixelLayout.Rgb);
        foreach (var quality in new[] { 0, 101 })
            Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => JpegRoundTrip.Apply(picture, quality));
    }

    private static Picture Busy(int width, int height, PixelLayout layout)
    {
        var picture = new Picture(width, height, layout);
        var random = new Random(5);
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width; x++)
            {
                for (var channel = 0; channel < picture.Channels; channel++)
                    picture[x, y, channel] = layout.HasAlpha() && channel == picture.Channels - 1 ? 255 : random.Next(256);
            }
        }

        return picture;
    }

    private static double Distance(Picture saved, Picture original)
    {
        var sum = 0.0;
        for (var y = 0; y < saved.Height; y++)
        {
            for (var x = 0; x < saved.Width; x++)
                sum += Math.Abs(saved[x, y, 0] - original[x, y, 0]);
        }

        return sum;
    }
}
