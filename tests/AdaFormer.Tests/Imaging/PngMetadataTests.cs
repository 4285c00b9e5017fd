using System.IO.Compression;
using System.Text;
using AdaFormer.Imaging.Png;
using AdaFormer.Imaging;

namespace AdaFormer.Tests.Imaging;

[TestClass]
public class PngMetadataTests
{
    private static readonly byte[] Xmp = Encoding.UTF8.GetBytes("<x:xmpmeta>größer</x:xmpmeta>");

    [TestMethod]
    [DataRow(PixelLayout.Gray, 8), DataRow(PixelLayout.GrayAlpha, 16), DataRow(PixelLayout.Rgb, 16), DataRow(PixelLayout.Rgba, 8)]
    public void R14_AllOfItComesBack(PixelLayout layout, int bitDepth)
    {
        var picture = Pictures.Noise(40, 30, layout, bitDepth);
        picture.Metadata = new PictureMetadata
        {
            IccProfile = PlainMetadata.Profile(layout.IsGray() ? "GRAY" : "RGB ", 3000),
            Exif = PlainMetadata.Exif(1, bigEndian: true),
            Xmp = Xmp,
            Density = new PixelDensity(300, 72),
            PngTexts =
            [
                new PngText("tEXt", [.. "Title\0A house"u8]), new PngText("iTXt", [.. "parameters\0\0\0\0\0größer"u8]), new PngText("zTXt", [.. "Comment\0\0"u8, 1, 2]),
            ],
            PngColors = new Dictionary<string, byte[]> { ["gAMA"] = [0, 0, 0xB1, 0x8F], ["cICP"] = [9, 16, 0, 1], ["sRGB"] = [0], ["cHRM"] = new byte[32] },
        };

        var back = Decode(Save(picture));

        Pictures.AssertEqual(picture, back);
        CollectionAssert.AreEqual(picture.Metadata.IccProfile, back.Metadata.IccProfile);
        CollectionAssert.AreEqual(picture.Metadata.Exif, back.Metadata.Exif);
        CollectionAssert.AreEqual(Xmp, back.Metadata.Xmp);
        Assert.AreEqual(300, back.Metadata.Density!.Value.Horizontal, 0.01);
        Assert.AreEqual(72, back.Metadata.Density!.Value.Vertical, 0.01);
        CollectionAssert.AreEquivalent(picture.Metadata.PngColors.Keys.ToArray(), back.Metadata.PngColors.Keys.ToArray());
        foreach (var (name, content) in picture.Metadata.PngColors)
            CollectionAssert.AreEqual(content, back.Metadata.PngColors[name]);
        CollectionAssert.AreEqual(picture.Metadata.PngTexts.Select(text => $"{text.Chunk} {Convert.ToHexString(text.Content)}").ToArray(), back.Metadata.PngTexts.Select(text => $"{text.Chunk} {Convert.ToHexString(text.Content)}").ToArray());
        CollectionAssert.AreEqual(Save(picture), Save(back), "the same bytes again");
    }

    [TestMethod]
    public void TextsWithoutEndAreLimited()
    {
        var picture = new Picture(3, 2, PixelLayout.Rgb);
        picture.Metadata = new PictureMetadata { PngTexts = [.. Enumerable.Range(0, 30).Select(_ => new PngText("tEXt", new byte[100_000]))] };

        Assert.HasCount(10, Decode(Save(picture)).Metadata.PngTexts);
        picture.Metadata = new PictureMetadata { PngTexts = [new PngText("IDAT", [1])] };
        Assert.Contains("IDAT", Assert.ThrowsExactly<PictureFormatException>(() => Save(picture)).Message);
    }

    [TestMethod]
    public void WithoutMetadataThereAreNoChunksOfIt()
    {
        var file = Encoding.Latin1.GetString(Save(new Picture(3, 2, PixelLayout.Rgb)));
        foreach (var name in new[] { "iCCP", "eXIf", "iTXt", "pHYs", "gAMA", "sRGB", "cHRM", "cICP" })
            Assert.DoesNotContain(name, file);
    }

    [TestMethod]
    [DataRow(false), DataRow(true)]
    public void R14_TheOrientationIsAppliedWhereverExifStands(bool afterPixels)
    {
        for (var orientation = 1; orientation <= 8; orientation++)
        {
            // Before, with JPEG's marker in front as some programs write it.
            var exif = PlainMetadata.Exif(orientation);
            var chunk = PlainPng.Chunk("eXIf", afterPixels ? exif : [.. "Exif\0\0"u8, .. exif]);

            var picture = Decode(afterPixels ? WithChunks([], [chunk]) : WithChunks([chunk], []));

            Assert.AreEqual(orientation >= 5 ? (2, 3) : (3, 2), (picture.Width, picture.Height));
            Assert.AreEqual(1, picture.Metadata.Orientation);
            Assert.AreEqual(orientation switch { 1 or 5 => 1, 2 or 8 => 3, 3 or 7 => 6, _ => 4 }, picture[0, 0, 0], $"orientation {orientation}");
            Assert.AreEqual((picture.Width, picture.Height), (PlainMetadata.Number(picture.Metadata.Exif!, 40962), PlainMetadata.Number(picture.Metadata.Exif!, 40963)));
        }
    }

    [TestMethod]
    public void CompressedXmp_IsRead() =>
        CollectionAssert.AreEqual(Xmp, Decode(WithChunks([PlainPng.Chunk("iTXt", [.. "XML:com.adobe.xmp\0\u0001\0en\0XMP\0"u8, .. Deflate(Xmp)])], [])).Metadata.Xmp);

    [TestMethod]
    public void R3_ABombIsPassedOverCheaply()
    {
        // 200 MB of zeros, whose header claims to be a profile of any length.
        var zeros = new byte[200_000_000];
        PlainMetadata.Profile("RGB ").AsSpan(0, 128).CopyTo(zeros);
        foreach (var claimed in new[] { 200_000_000u, 3_000_000_000u, 100u })
        {
            System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(zeros, claimed);
            var bomb = PlainPng.Chunk("iCCP", [.. "bomb\0\0"u8, .. Deflate(zeros)]);
            var text = PlainPng.Chunk("iTXt", [.. "XML:com.adobe.xmp\0\u0001\0\0\0"u8, .. Deflate(zeros)]);
            var file = WithChunks([bomb, bomb, text, text], []);
            var before = GC.GetAllocatedBytesForCurrentThread();

            var picture = Decode(file);

            Assert.IsLessThan(50_000_000, GC.GetAllocatedBytesForCurrentThread() - before);
            Assert.IsNull(picture.Metadata.IccProfile);
            Assert.IsNull(picture.Metadata.Xmp);
            Assert.AreEqual(3, picture[2, 0, 0]);
        }
    }

    [TestMethod]
    public void R7_MetadataThatMakesNoSense_IsPassedOver()
    {
        var profile = Deflate(PlainMetadata.Profile("RGB "));
        byte[][] chunks =
        [
            PlainPng.Chunk("iCCP", []), PlainPng.Chunk("iCCP", [1, 2, 3]), PlainPng.Chunk("iCCP", [(byte)'a', 0]), PlainPng.Chunk("iCCP", [(byte)'a', 0, 7, .. profile]),
            PlainPng.Chunk("iCCP", [(byte)'a', 0, 0, .. profile[..^300]]), PlainPng.Chunk("iCCP", [(byte)'a', 0, 0, 1, 2, 3]),
            PlainPng.Chunk("iCCP", [(byte)'a', 0, 0, .. Deflate(PlainMetadata.Profile("CMYK"))]),
            PlainPng.Chunk("eXIf", []), PlainPng.Chunk("eXIf", "<html>404</html>"u8.ToArray()),
            PlainPng.Chunk("iTXt", []), PlainPng.Chunk("iTXt", "XML:com.adobe.xmp\0"u8.ToArray()), PlainPng.Chunk("iTXt", "XML:com.adobe.xmp\0\0\0\0"u8.ToArray()),
            PlainPng.Chunk("iTXt", [.. "XML:com.adobe.xmp\0\u0001\0\0\0"u8, 1, 2, 3]),
            PlainPng.Chunk("pHYs", [1]), PlainPng.Chunk("pHYs", new byte[9]), PlainPng.Chunk("pHYs", [0, 0, 0, 2, 0, 0, 0, 1, 0]),
            PlainPng.Chunk("gAMA", [1]), PlainPng.Chunk("cICP", new byte[5]),
        ];
        foreach (var chunk in chunks)
        {
            var picture = Decode(WithChunks([chunk], []));
            var metadata = picture.Metadata;
            Assert.AreEqual(6, picture[2, 1, 0]);
            Assert.IsTrue(metadata is { IccProfile: null, Exif: null, Xmp: null, Density: null, PngColors.Count: 0 }, Encoding.Latin1.GetString(chunk));
        }
    }

    [TestMethod]
    public void TheFirstOfAKindCounts()
    {
        var metadata = Decode(WithChunks([PlainPng.Chunk("gAMA", [0, 0, 0, 1]), PlainPng.Chunk("gAMA", [0, 0, 0, 2]), PlainPng.Chunk("eXIf", PlainMetadata.Exif(1))], [PlainPng.Chunk("eXIf", PlainMetadata.Exif(6))])).Metadata;
        CollectionAssert.AreEqual(new byte[] { 0, 0, 0, 1 }, metadata.PngColors["gAMA"]);
        Assert.AreEqual(1, metadata.Orientation);
    }

    // 3×2, samples 1 to 6.
    private static byte[] WithChunks(byte[][] before, byte[][] after)
    {
        var png = new PlainPng(3, 2, 2, 8) { Sample = (x, y, _) => 1 + x + (3 * y) };
        return PlainPng.Join(
        [
            [137, 80, 78, 71, 13, 10, 26, 10], PlainPng.Chunk("IHDR", png.HeaderBytes()), .. before, PlainPng.Chunk("IDAT", png.Compressed()), .. after, PlainPng.Chunk("IEND", []),
        ]);
    }

    private static byte[] Deflate(byte[] bytes)
    {
        using var result = new MemoryStream();
        using (var zlib = new ZLibStream(result, CompressionLevel.Fastest, leaveOpen: true))
            zlib.Write(bytes);
        return result.ToArray();
    }

    private static byte[] Save(Picture picture)
    {
        using var stream = new MemoryStream();
        PngFile.Save(picture, stream);
        return stream.ToArray();
    }

    private static Picture Decode(byte[] file) => new PngDecoder().Decode(new MemoryStream(file), 1 << 20);
}
