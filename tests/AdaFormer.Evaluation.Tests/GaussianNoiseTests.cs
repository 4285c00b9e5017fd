using AdaFormer.Imaging;
using AdaFormer.Tests;

namespace AdaFormer.Evaluation.Tests;

[TestClass]
public class GaussianNoiseTests
{
    [TestMethod]
    [DataRow(8)]
    [DataRow(16)]
    public void ItHasTheDeviationThatWasAskedForAndLeavesAlpha(int bitDepth)
    {
        var picture = new Picture(97, 79, PixelLayout.Rgba, bitDepth);
        for (var y = 0; y < picture.Height; y++)
        {
            for (var x = 0; x < picture.Width; x++)
            {
                for (var channel = 0; channel < 4; channel++)
                    picture[x, y, channel] = picture.MaxValue / 2;
            }
        }

        var noisy = GaussianNoise.Add(picture, 5);

        var greyLevel = picture.MaxValue / 255.0;
        var differences = (from y in Enumerable.Range(0, 79) from x in Enumerable.Range(0, 97) from channel in Enumerable.Range(0, 3) select (noisy[x, y, channel] - picture[x, y, channel]) / greyLevel).ToArray();
        Assert.AreEqual(0, differences.Average(), 0.1);
        Assert.AreEqual(5, Math.Sqrt(differences.Average(difference => difference * difference)), 0.1);
        Assert.AreEqual(picture.MaxValue / 2, noisy[50, 50, 3]);
        Assert.AreEqual(noisy[3, 4, 1], GaussianNoise.Add(picture, 5)[3, 4, 1], "the same at every call");
    }

    [TestMethod]
    public void AnImpossibleDeviationIsRefused()
    {
        var picture = new Picture(1, 1, PixelLayout.Gray);
        foreach (var sigma in new[] { -1, double.NaN })
            Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => GaussianNoise.Add(picture, sigma));
    }
}
