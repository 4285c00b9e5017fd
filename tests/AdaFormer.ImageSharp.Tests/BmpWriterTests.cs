using System.Buffers.Binary;
using System.Text;
using AdaFormer.Imaging;
using AdaFormer.ImageSharp;

namespace AdaFormer.Tests.ImageSharp;

/// <summary>A written BMP's headers, taken apart by hand; its pixels are compared with ImageSharp's in <see cref="ImageSharpEncoderTests"/>.</summary>
[TestClass]
public class BmpWriterTests
{
    [TestMethod]
    [DataRow(PixelLayout.Gray, false, 40, 8), DataRow(PixelLayout.Gray, true, 124, 8), DataRow(PixelLayout.Rgb, false, 40, 24), DataRow(PixelLayout.Rgb, true, 124, 24)]
    [DataRow(PixelLayout.Rgba, false, 124, 32), DataRow(PixelLayout.Rgba, true, 124, 32), DataRow(PixelLayout.GrayAlpha, false, 124, 32)]
    public void HeadersSayWhatIsThere(PixelLayout layout, bool withProfile, int headerLength, int bits)
    {
        var profile = withProfile ? PlainMetadata.Profile(layout == PixelLayout.Gray ? "GRAY" : "RGB ", 701) : null;
        var file = Write(new Picture(5, 3, layout) { Metadata = new PictureMetadata { IccProfile = profile, Density = new PixelDensity(254, 127) } });
        var (palette, pixels) = (bits == 8 ? 1024 : 0, ((5 * bits / 8) + 3) / 4 * 4 * 3);

        Assert.AreEqual("BM", Encoding.ASCII.GetString(file, 0, 2));
        Assert.AreEqual(file.Length, Number(2));
        Assert.AreEqual(14 + headerLength + palette, Number(10), "pixels");
        Assert.AreEqual((headerLength, 5, 3, 1 | (bits << 16)), (Number(14), Number(18), Number(22), Number(26)));
        Assert.AreEqual((bits == 32 ? 3 : 0, pixels, 10_000, 5_000), (Number(30), Number(34), Number(38), Number(42)));
        if (headerLength == 124)
            Assert.AreEqual(withProfile ? 0x4D424544 : 0x73524742, Number(70), "embedded, or sRGB");
        if (withProfile)
        {
            Assert.AreEqual(701, Number(130));
            CollectionAssert.AreEqual(profile, file[(14 + Number(126))..]);
        }

        int Number(int at) => BinaryPrimitives.ReadInt32LittleEndian(file.AsSpan(at));
    }

    [TestMethod]
    [DataRow(PixelLayout.Rgb), DataRow(PixelLayout.Rgba)]
    public void R14_AProfileComesBack(PixelLayout layout)
    {
        var picture = new Picture(5, 3, layout) { Metadata = new PictureMetadata { IccProfile = PlainMetadata.Profile("RGB ", 701) } };
        CollectionAssert.AreEqual(picture.Metadata.IccProfile, new ImageSharpDecoder().Decode(new MemoryStream(Write(picture)), 15).Metadata.IccProfile);
    }

    private static byte[] Write(Picture picture)
    {
        using var stream = new MemoryStream();
        new ImageSharpEncoder().Encode(picture, stream, ".bmp");
        return stream.ToArray();
    }
}
