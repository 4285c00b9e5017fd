using System.Buffers.Binary;
using System.Text;
using AdaFormer.Imaging;
using AdaFormer.ImageSharp;

namespace AdaFormer.Tests.ImageSharp;

/// <summary>The chunks of a written WebP, taken apart by hand (RFC 9649).</summary>
[TestClass]
public class WebpFileTests
{
    private const int AlphaFlag = 0x10, ProfileFlag = 0x20, ExifFlag = 0x08, XmpFlag = 0x04;
    private static readonly byte[] Xmp = Encoding.UTF8.GetBytes("<x:xmpmeta xmlns:x='adobe:ns:meta/'/>");

    public static IEnumerable<object[]> EveryKind =>
        from alpha in new[] { false, true } from lossless in new[] { false, true } from what in Enumerable.Range(0, 8) select new object[] { alpha, lossless, what };

    [TestMethod]
    [DynamicData(nameof(EveryKind))]
    public void R14_ChunksAndFlagsAreThoseOfTheSpecification(bool alpha, bool lossless, int what)
    {
        // An odd length each.
        var profile = (what & 1) != 0 ? PlainMetadata.Profile("RGB ", 701) : null;
        byte[]? exif = (what & 2) != 0 ? [.. PlainMetadata.Exif(1), 0] : null;
        var xmp = (what & 4) != 0 ? Xmp : null;
        var picture = new Picture(300, 7, alpha ? PixelLayout.Rgba : PixelLayout.Rgb) { Metadata = new PictureMetadata { IccProfile = profile, Exif = exif, Xmp = xmp } };
        for (var i = 0; alpha && i < 2100; i++)
            picture[i % 300, i / 300, 3] = i % 256;

        var chunks = Chunks(Write(picture, lossless));

        var types = chunks.Select(chunk => chunk.Type).ToArray();
        var extended = what > 0 || alpha;
        string[] expected =
        [
            .. extended ? ["VP8X"] : Array.Empty<string>(), .. profile is null ? Array.Empty<string>() : ["ICCP"],
            .. alpha && !lossless ? ["ALPH"] : Array.Empty<string>(), lossless ? "VP8L" : "VP8 ",
            .. exif is null ? Array.Empty<string>() : ["EXIF"], .. xmp is null ? Array.Empty<string>() : ["XMP "],
        ];
        CollectionAssert.AreEqual(expected, types);
        if (extended)
        {
            var header = chunks[0].Contents;
            var flags = (alpha ? AlphaFlag : 0) | (profile is null ? 0 : ProfileFlag) | (exif is null ? 0 : ExifFlag) | (xmp is null ? 0 : XmpFlag);
            CollectionAssert.AreEqual(new byte[] { (byte)flags, 0, 0, 0, 299 & 255, 299 >> 8, 0, 6, 0, 0 }, header);
        }

        CollectionAssert.AreEqual(profile, Contents("ICCP"));
        CollectionAssert.AreEqual(xmp, Contents("XMP "));
        Assert.AreEqual(exif?.Length, Contents("EXIF")?.Length);

        byte[]? Contents(string type) => chunks.FirstOrDefault(chunk => chunk.Type == type).Contents;
    }

    [TestMethod]
    public void AFrameBeyondItsCanvasIsRefused()
    {
        var file = File.ReadAllBytes(TestData.Fixture("formats", "animation-at-4-6.webp"));
        var frame = file.AsSpan().IndexOf("ANMF"u8) + 8;
        file[frame] = 100;
        Assert.Contains("(200, 6)", Assert.ThrowsExactly<PictureFormatException>(() => AllFormats.Decode(file)).Message);
    }

    [TestMethod]
    public void R3_AnAnimationsCanvasIsWithinTheLimit()
    {
        var file = File.ReadAllBytes(TestData.Fixture("formats", "animation-at-4-6.webp"));
        for (var i = 24; i < 30; i++)
            file[i] = 0xFF;
        Assert.Contains("16777216×16777216", Assert.ThrowsExactly<PictureFormatException>(() => new ImageSharpDecoder().Decode(new MemoryStream(file), 1 << 28)).Message);
    }

    private static byte[] Write(Picture picture, bool lossless)
    {
        using var stream = new MemoryStream();
        new ImageSharpEncoder(new ImageSharpEncoderOptions { LosslessWebp = lossless }).Encode(picture, stream, ".webp");
        return stream.ToArray();
    }

    private static List<(string Type, byte[] Contents)> Chunks(byte[] file)
    {
        Assert.AreEqual("RIFF", Encoding.ASCII.GetString(file, 0, 4));
        Assert.AreEqual(file.Length - 8, BinaryPrimitives.ReadInt32LittleEndian(file.AsSpan(4)));
        Assert.AreEqual("WEBP", Encoding.ASCII.GetString(file, 8, 4));
        var chunks = new List<(string, byte[])>();
        for (var at = 12; at < file.Length; at += at % 2)
        {
            var length = BinaryPrimitives.ReadInt32LittleEndian(file.AsSpan(at + 4));
            chunks.Add((Encoding.ASCII.GetString(file, at, 4), file[(at + 8)..(at + 8 + length)]));
            at += 8 + length;
            if (at % 2 != 0)
                Assert.AreEqual(0, file[at], "the byte that fills up");
        }

        return chunks;
    }
}
