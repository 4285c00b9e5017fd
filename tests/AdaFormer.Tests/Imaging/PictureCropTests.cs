using AdaFormer.Imaging;

namespace AdaFormer.Tests.Imaging;

[TestClass]
public class PictureCropTests
{
    [TestMethod]
    [DataRow(8)]
    [DataRow(16)]
    public void TheTopLeftPartStays(int bitDepth)
    {
        var picture = new Picture(7, 5, PixelLayout.Rgb, bitDepth) { [5, 2, 1] = 77, [6, 4, 2] = 9 };

        var part = PictureCrop.ToMultipleOf(picture, 3);

        Assert.AreEqual((6, 3, bitDepth), (part.Width, part.Height, part.BitDepth));
        Assert.AreEqual(77, part[5, 2, 1]);
        Assert.AreSame(part, PictureCrop.ToMultipleOf(part, 3));
        Assert.ThrowsExactly<ArgumentException>(() => PictureCrop.ToMultipleOf(picture, 6));
    }

    [TestMethod]
    [DataRow(8)]
    [DataRow(16)]
    public void APartIsCutOut(int bitDepth)
    {
        var picture = new Picture(7, 5, PixelLayout.Rgba, bitDepth) { [3, 2, 1] = 77, [6, 4, 3] = 9 };

        var part = PictureCrop.Part(picture, 2, 1, 5, 4);

        Assert.AreEqual((5, 4, bitDepth, PixelLayout.Rgba), (part.Width, part.Height, part.BitDepth, part.Layout));
        Assert.AreEqual((77, 9), (part[1, 1, 1], part[4, 3, 3]));
        foreach (var (x, y, width, height) in new[] { (-1, 0, 2, 2), (0, -1, 2, 2), (3, 0, 5, 1), (0, 3, 1, 3), (0, 0, 0, 1), (0, 0, 1, 0), (1, 0, int.MaxValue, 1) })
            Assert.Contains("7×5", Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => PictureCrop.Part(picture, x, y, width, height)).Message);
    }
}
