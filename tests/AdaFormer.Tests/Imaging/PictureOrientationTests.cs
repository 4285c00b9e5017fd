using AdaFormer.Imaging;

namespace AdaFormer.Tests.Imaging;

[TestClass]
public class PictureOrientationTests
{
    // What the stored rows "abc", "def" are seen as, by the drawings of the specification: the letter F in its eight positions.
    private static readonly string[][] Seen =
    [
        ["abc", "def"], ["cba", "fed"], ["fed", "cba"], ["def", "abc"], ["ad", "be", "cf"], ["da", "eb", "fc"], ["fc", "eb", "da"], ["cf", "be", "ad"],
    ];

    public static IEnumerable<object[]> AllLayouts =>
        from layout in Enum.GetValues<PixelLayout>()
        from bitDepth in new[] { 8, 16 }
        select new object[] { layout, bitDepth };

    [TestMethod]
    [DynamicData(nameof(AllLayouts))]
    public void R14_EveryOrientationIsApplied(PixelLayout layout, int bitDepth)
    {
        for (var orientation = 1; orientation <= 8; orientation++)
        {
            var stored = Pictures.Make(3, 2, layout, bitDepth, (x, y, channel) => "abcdef"[(3 * y) + x] + channel);
            stored.Metadata = new PictureMetadata { Exif = PlainMetadata.Exif(orientation) };
            var seen = Seen[orientation - 1];
            var expected = Pictures.Make(seen[0].Length, seen.Length, layout, bitDepth, (x, y, channel) => seen[y][x] + channel);

            var upright = PictureOrientation.MakeUpright(stored);

            Pictures.AssertEqual(expected, upright, $"orientation {orientation}");
            Assert.AreSame(upright, PictureOrientation.MakeUpright(upright), "once");
        }
    }

    [TestMethod]
    public void WithoutExifItIsThePictureItself()
    {
        var picture = new Picture(2, 3, PixelLayout.Rgb);
        Assert.AreSame(picture, PictureOrientation.MakeUpright(picture));
    }
}
