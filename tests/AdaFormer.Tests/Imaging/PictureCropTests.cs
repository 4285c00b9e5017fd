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
}
