using System.Text;
using AdaFormer.Imaging;

namespace AdaFormer.Tests.Imaging;

[TestClass]
public class PictureMetadataTests
{
    [TestMethod]
    [DataRow(false), DataRow(true)]
    public void R14_TurningSetsTheOrientationToOne(bool bigEndian)
    {
        for (var orientation = 1; orientation <= 8; orientation++)
        {
            var metadata = new PictureMetadata { Exif = PlainMetadata.Exif(orientation, bigEndian), Density = new PixelDensity(300, 200) };
            Assert.AreEqual(orientation, metadata.Orientation);

            var turned = metadata.Turned();

            Assert.AreEqual(1, turned.Orientation);
            Assert.AreEqual(1, PlainMetadata.Number(turned.Exif!, 274));
            Assert.AreEqual(orientation >= 5 ? new PixelDensity(200, 300) : new PixelDensity(300, 200), turned.Density);
            Assert.AreEqual(orientation, PlainMetadata.Number(metadata.Exif!, 274), "the input stays");
        }
    }

    [TestMethod]
    public void R14_TurningDropsTheThumbnailAndNothingElse()
    {
        var exif = PlainMetadata.Exif(6);
        var turned = new PictureMetadata { Exif = exif }.Turned().Exif!;
        var changed = Enumerable.Range(0, exif.Length).Where(i => exif[i] != turned[i]).ToArray();
        // The value of the second entry, and the link behind the sixth.
        CollectionAssert.AreEqual(new[] { 8 + 2 + 12 + 8, 8 + 2 + (6 * 12) }, changed);
    }

    [TestMethod]
    [DataRow("<x tiff:Orientation=\"6\"/>", "<x tiff:Orientation=\"1\"/>")]
    [DataRow("<tiff:Orientation>8</tiff:Orientation>é", "<tiff:Orientation>1</tiff:Orientation>é")]
    [DataRow("<x tiff:Make='6'/>", "<x tiff:Make='6'/>")]
    public void R14_TurningTurnsXmpToo(string xmp, string expected)
    {
        var turned = new PictureMetadata { Exif = PlainMetadata.Exif(3), Xmp = Encoding.UTF8.GetBytes(xmp) }.Turned();
        Assert.AreEqual(expected, Encoding.UTF8.GetString(turned.Xmp!));
    }

    [TestMethod]
    [DataRow(false), DataRow(true)]
    public void R14_PixelDimensionsBecomeTheResults(bool bigEndian)
    {
        var exif = new PictureMetadata { Exif = PlainMetadata.Exif(1, bigEndian) }.For(70_000, 120, PixelLayout.Rgb).Exif!;
        Assert.AreEqual((70_000, 120), (PlainMetadata.Number(exif, 40962), PlainMetadata.Number(exif, 40963)), "a SHORT becomes a LONG where it must");
        exif = new PictureMetadata { Exif = PlainMetadata.Exif(1, bigEndian) }.For(65_535, 1, PixelLayout.Rgb).Exif!;
        Assert.AreEqual((65_535, 1), (PlainMetadata.Number(exif, 40962), PlainMetadata.Number(exif, 40963)));
    }

    [TestMethod]
    [DataRow("RGB ", PixelLayout.Rgb, true), DataRow("RGB ", PixelLayout.Rgba, true), DataRow("RGB ", PixelLayout.Gray, false)]
    [DataRow("GRAY", PixelLayout.Gray, true), DataRow("GRAY", PixelLayout.GrayAlpha, true), DataRow("GRAY", PixelLayout.Rgb, false)]
    [DataRow("CMYK", PixelLayout.Rgb, false), DataRow("CMYK", PixelLayout.Gray, false)]
    public void R14_AProfileForOtherChannelsIsDropped(string channels, PixelLayout layout, bool kept) =>
        Assert.AreEqual(kept, new PictureMetadata { IccProfile = PlainMetadata.Profile(channels) }.For(1, 1, layout).IccProfile is not null);

    [TestMethod]
    public void R7_DamagedExif_IsLeftAlone()
    {
        var whole = PlainMetadata.Exif(6);
        for (var length = 0; length < whole.Length; length++)
            Use(whole[..length]);
        for (var at = 0; at < 120; at++)
        {
            foreach (var value in new byte[] { 0, 1, 0x7F, 0xFF })
            {
                var changed = (byte[])whole.Clone();
                changed[at] = value;
                Use(changed);
            }
        }

        static void Use(byte[] exif)
        {
            var metadata = new PictureMetadata { Exif = exif };
            Assert.AreEqual(1, metadata.Turned().Orientation);
            Assert.AreEqual(exif.Length, metadata.For(3, 4, PixelLayout.Rgb).Exif!.Length);
        }
    }
}
