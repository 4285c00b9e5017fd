using AdaFormer.Imaging;
using AdaFormer.ImageSharp;

namespace AdaFormer.Tests.ImageSharp;

/// <summary>Files that other programs wrote, whose pixels are a formula: tests/fixtures/formats/README.md.</summary>
[TestClass]
public class FormatTests
{
    private const int Width = 23, Height = 17;
    private static readonly int[][] Palette = [[10, 20, 30], [200, 100, 50], [0, 255, 0], [90, 90, 200], [255, 255, 255]];

    [TestMethod]
    [DataRow("progressive.jpg", 3), DataRow("one-scan-for-each-channel.jpg", 3), DataRow("restarts.jpg", 3), DataRow("rgb.jpg", 3), DataRow("4-2-0.jpg", 8)]
    [DataRow("grey-progressive.jpg", 3)]
    [DataRow("lzw.tif", 0), DataRow("packbits.tif", 0), DataRow("jpeg.tif", 3), DataRow("one-plane-for-each-channel.tif", 0), DataRow("bigtiff.tif", 0), DataRow("bigtiff-jpeg.tif", 3)]
    [DataRow("grey-white-is-zero.tif", 0), DataRow("alpha.tif", 0), DataRow("two-pages.tif", 0), DataRow("tiles.tif", 0)]
    [DataRow("24-bit.bmp", 0), DataRow("24-bit-top-down.bmp", 0), DataRow("24-bit-os2.bmp", 0), DataRow("32-bit.bmp", 0), DataRow("16-bit.bmp", 8), DataRow("16-bit-5-6-5.bmp", 8)]
    [DataRow("lossy.webp", 8), DataRow("lossy-alpha.webp", 8), DataRow("lossless-alpha.webp", 0), DataRow("lossless-with-metadata.webp", 0), DataRow("lossy-odd-length-exif.webp", 8)]
    [DataRow("animation.webp", 0), DataRow("animation-lossy-alpha.webp", 8)]
    public void Colours(string file, int tolerance) => Check(file, 8, tolerance, (x, y, channel) => Sample(x, y, channel));

    [TestMethod]
    [DataRow("16-bit-big-endian.tif"), DataRow("deflate-16-bit.tif"), DataRow("bigtiff-16-bit-big-endian.tif"), DataRow("alpha-16-bit.tif"), DataRow("grey-16-bit-white-is-zero.tif"), DataRow("float.tif")]
    public void R14_SamplesOf16Bits(string file) =>
        Check(file, 16, 0, (x, y, channel) => (257 * Sample(x, y, channel)) + (channel == 3 ? 0 : (((13 * x) + (7 * y)) % 40) - 40));

    [TestMethod]
    [DataRow("palette.tif"), DataRow("8-bit.bmp"), DataRow("8-bit-os2.bmp"), DataRow("8-bit-run-lengths.bmp"), DataRow("4-bit.bmp"), DataRow("4-bit-run-lengths.bmp")]
    [DataRow("still.gif"), DataRow("interlaced.gif"), DataRow("two-frames.gif")]
    public void Palettes(string file) => Check(file, 8, 0, (x, y, channel) => Palette[Index(x, y)][channel]);

    [TestMethod]
    public void APaletteOfTwo() => Check("1-bit.bmp", 8, 0, (x, y, channel) => Palette[Index(x, y) == 1 ? 1 : 0][channel]);

    [TestMethod]
    [DataRow("cmyk.jpg", 3), DataRow("ycck.jpg", 5), DataRow("cmyk.tif", 1)]
    public void InksBecomeColours(string file, int tolerance) => Check(file, 8, tolerance, (x, y, channel) => Sample(x, y, channel) * (245 - x) / 255);

    [TestMethod]
    public void ATransparentColourOfAGif()
    {
        var picture = Read("transparent.gif");
        Assert.AreEqual(PixelLayout.Rgba, picture.Layout);
        for (var i = 0; i < Width * Height; i++)
        {
            var (x, y) = (i % Width, i / Width);
            Assert.AreEqual(Index(x, y) == 2 ? 0 : 255, picture[x, y, 3]);
            if (Index(x, y) != 2)
                Assert.AreEqual(Palette[Index(x, y)][0], picture[x, y, 0]);
        }
    }

    [TestMethod]
    public void AnAnimationsFirstFrameLiesWhereItShould()
    {
        var picture = Read("animation-at-4-6.webp");
        Assert.AreEqual((Width, Height, PixelLayout.Rgba), (picture.Width, picture.Height, picture.Layout));
        for (var i = 0; i < Width * Height; i++)
        {
            var (x, y) = (i % Width, i / Width);
            var inside = x is >= 4 and < 15 && y is >= 6 and < 15;
            Assert.AreEqual(inside ? 255 : 0, picture[x, y, 3], $"{x}, {y}");
            for (var channel = 0; inside && channel < 3; channel++)
                Assert.AreEqual(Sample(x - 4, y - 6, channel), picture[x, y, channel], $"{x}, {y}");
        }
    }

    [TestMethod]
    [DataRow("lossless-with-metadata.webp", true, true, true), DataRow("animation.webp", true, false, false), DataRow("lossy-odd-length-exif.webp", false, true, false)]
    public void R14_MetadataOfAWebp(string file, bool profile, bool exif, bool xmp)
    {
        var metadata = Read(file).Metadata;
        Assert.AreEqual((profile, exif, xmp), (metadata.IccProfile is not null, metadata.Exif is not null, metadata.Xmp is not null));
        if (profile)
            Assert.AreEqual(589, metadata.IccProfile!.Length, "an odd number of bytes");
    }

    [TestMethod]
    [DataRow("arithmetic.jpg", "arithmetic coding")]
    public void WhatIsNotReadIsSaid(string file, string reason) => Assert.Contains(reason, Assert.ThrowsExactly<PictureFormatException>(() => Read(file)).Message);

    private static int Sample(int x, int y, int channel) => channel switch { 0 => 40 + (5 * x), 1 => 30 + (7 * y), 2 => 60 + (3 * x) + (2 * y), _ => 255 - (9 * x) - y };

    private static int Index(int x, int y) => (x + (2 * y)) % 5;

    private static void Check(string file, int bitDepth, int tolerance, Func<int, int, int, int> expected)
    {
        var picture = Read(file);
        var layout = file.StartsWith("grey", StringComparison.Ordinal) || file.StartsWith("float", StringComparison.Ordinal) ? PixelLayout.Gray
            : file.Contains("alpha") ? PixelLayout.Rgba : PixelLayout.Rgb;
        Assert.AreEqual((Width, Height, layout, bitDepth), (picture.Width, picture.Height, picture.Layout, picture.BitDepth));
        for (var i = 0; i < Width * Height * picture.Channels; i++)
        {
            var (x, y, channel) = (i / picture.Channels % Width, i / picture.Channels / Width, i % picture.Channels);
            Assert.AreEqual(expected(x, y, channel), picture[x, y, channel], (double)tolerance, $"channel {channel} at {x}, {y}");
        }
    }

    private static Picture Read(string file)
    {
        using var stream = File.OpenRead(TestData.Fixture("formats", file));
        return AllFormats.Decode(stream);
    }
}
