using System.Buffers.Binary;
using System.Text;
using AdaFormer.Imaging;
using AdaFormer.Imaging.Png;
using AdaFormer.ImageSharp;

namespace AdaFormer.Tests.ImageSharp;

/// <summary>What a picture loses is said: files that people have, in tests/fixtures/cases, and the kinds they stand for.</summary>
[TestClass]
public class WarningTests
{
    private const int PngHeaderEnd = 33;

    private static readonly Lazy<Picture> Scene = new(() => PictureCrop.Part(PictureFormats.Reader().Read(Path.Combine(TestData.Repository, "samples", "scene-small.png")), 0, 0, 101, 80));

    [TestMethod]
    [DataRow("text-crc.png", PictureWarning.Checksum), DataRow("no-iend.png", PictureWarning.NoEndMark)]
    [DataRow("three-frames.png", PictureWarning.Frames), DataRow("three-frames.gif", PictureWarning.Frames), DataRow("three-frames.webp", PictureWarning.Frames)]
    [DataRow("three-pages.tif", PictureWarning.Pages)]
    public void AFileIsReadWithItsWarning(string file, string code)
    {
        var picture = PictureFormats.Reader().Read(TestData.Fixture("cases", file));

        Assert.AreEqual(code, picture.Warnings.Single().Code);
        Assert.EndsWith(".", picture.Warnings.Single().Message);
        if (code is PictureWarning.Checksum or PictureWarning.NoEndMark)
            AssertEqual(PictureFormats.Reader().Read(TestData.Fixture("cases", "plain-64x48.png")), picture);
    }

    [TestMethod]
    [DataRow("plain-64x48.png"), DataRow("photo.jfif"), DataRow("texture.tga"), DataRow("frame.ppm")]
    public void AWholeFileHasNone(string file) => Assert.IsEmpty(PictureFormats.Reader().Read(TestData.Fixture("cases", file)).Warnings);

    [TestMethod]
    [DataRow("cut.jpg", "row 64 of 120"), DataRow("cut.tif", "strip 1 of 1")]
    public void AFileThatIsCutOffIsRefusedOrSalvaged(string file, string where)
    {
        var path = TestData.Fixture("cases", file);
        var exception = Assert.ThrowsExactly<PictureFormatException>(() => PictureFormats.Reader().Read(path));
        Assert.Contains(where, exception.Message);
        Assert.Contains(file, exception.Message);
        Assert.ThrowsExactly<PictureFormatException>(() => PictureRows.ReadAll(PictureFormats.Reader().Open(path)));

        var warning = PictureFormats.Reader(salvage: true).Read(path).Warnings.Single();

        Assert.AreEqual(PictureWarning.MissingPixels, warning.Code);
        Assert.Contains(where, warning.Message);
    }

    /// <summary>TIFF 6.0: BitsPerSample is 1 where it is not said.</summary>
    [TestMethod]
    [DataRow("cases", "bilevel-no-bits-tag.tif", 64, 48), DataRow("formats", "bits-not-said.tif", 23, 17)]
    public void ABilevelTiffNeedNotSayItsBits(string folder, string file, int width, int height)
    {
        var path = TestData.Fixture(folder, file);
        var picture = PictureFormats.Reader().Read(path);

        Assert.AreEqual((width, height, PixelLayout.Gray, 8), (picture.Width, picture.Height, picture.Layout, picture.BitDepth));
        // Both have one strip at byte 110, where 0 is black.
        var bytes = File.ReadAllBytes(path).AsSpan(110).ToArray();
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width; x++)
                Assert.AreEqual((bytes[(y * ((width + 7) / 8)) + (x / 8)] >> (7 - (x % 8)) & 1) * 255, picture[x, y, 0], $"{x}, {y}");
        }

        var samples = Enumerable.Range(0, picture.Height).SelectMany(y => picture.Row8(y).ToArray()).ToArray();
        CollectionAssert.AreEquivalent(new byte[] { 0, 255 }, samples.Distinct().ToArray());
        Assert.IsEmpty(picture.Warnings);
    }

    /// <summary>Some programs write a small copy first: 20x, 30y, 3xy of 11×7 pixels by tifffile.</summary>
    [TestMethod]
    public void ATiffsSmallCopyIsNotItsPicture()
    {
        var path = TestData.Fixture("formats", "small-copy-first.tif");
        var picture = PictureFormats.Reader().Read(path);

        Assert.AreEqual((11, 7, 200, 180, 180), (picture.Width, picture.Height, picture[10, 6, 0], picture[10, 6, 1], picture[10, 6, 2]));
        Assert.IsEmpty(picture.Warnings);
        Assert.IsNull(PictureFormats.Reader().OpenSequence(path));
    }

    [TestMethod]
    [DataRow("cgbi.png", "CgBI")]
    public void WhatIsNotReadIsRefusedByName(string file, string name) =>
        Assert.Contains(name, Assert.ThrowsExactly<PictureFormatException>(() => PictureFormats.Reader().Read(TestData.Fixture("cases", file))).Message);

    /// <summary>Cut anywhere, a JPEG is refused, or every pixel is the whole file's.</summary>
    [TestMethod]
    [DataRow(false), DataRow(true)]
    public void R7_ATruncatedJpegIsNeverTakenForWhole(bool gray)
    {
        var scene = gray ? Gray(Scene.Value) : Scene.Value;
        using var file = new MemoryStream();
        new ImageSharpEncoder().Encode(scene, file, ".jpg");
        var bytes = file.ToArray();
        var whole = PictureFormats.Reader().Read(new MemoryStream(bytes));
        Assert.IsEmpty(whole.Warnings);
        var refused = 0;
        for (var length = bytes.Length - 1; length > 0; length -= 1 + (bytes.Length - length) / 16)
        {
            try
            {
                var picture = PictureFormats.Reader().Read(new MemoryStream(bytes[..length]));
                Assert.AreEqual(PictureWarning.NoEndMark, picture.Warnings.Single().Code);
                AssertEqual(whole, picture, $"{length} of {bytes.Length}");
            }
            catch (PictureFormatException)
            {
                refused++;
            }
        }

        Assert.IsGreaterThan(5, refused);
        // What follows the end does no harm, nor does the end of a thumbnail within a segment.
        Assert.IsEmpty(PictureFormats.Reader().Read(new MemoryStream([.. bytes, 1, 2, 3])).Warnings);
        byte[] thumbnail = [0xFF, 0xE5, 0, 6, 0xFF, 0xD8, 0xFF, 0xD9];
        Assert.ThrowsExactly<PictureFormatException>(() => PictureFormats.Reader().Read(new MemoryStream([.. bytes[..2], .. thumbnail, .. bytes[2..(bytes.Length * 2 / 3)]])));
    }

    [TestMethod]
    public void R7_ATruncatedGifIsRefusedOrSalvaged()
    {
        var bytes = File.ReadAllBytes(TestData.Fixture("cases", "three-frames.gif"));
        for (var length = 200; length < bytes.Length / 4; length += 301)
        {
            Assert.ThrowsExactly<PictureFormatException>(() => PictureFormats.Reader().Read(new MemoryStream(bytes[..length])), $"{length}");
        }
    }

    [TestMethod]
    public void ATruncatedPngIsSalvagedRowByRow()
    {
        using var folder = new TemporaryFolder();
        using var file = new MemoryStream();
        PngFile.Save(Scene.Value, file);
        File.WriteAllBytes(folder.File("cut.png"), file.ToArray()[..(int)(file.Length / 2)]);
        Assert.ThrowsExactly<PictureFormatException>(() => PictureFormats.Reader().Read(folder.File("cut.png")));

        var picture = PictureFormats.Reader(salvage: true).Read(folder.File("cut.png"));

        var warning = picture.Warnings.Single();
        Assert.AreEqual(PictureWarning.MissingPixels, warning.Code);
        var missing = Enumerable.Range(0, picture.Height).First(y => !picture.Row8(y).ContainsAnyExcept((byte)0));
        Assert.IsGreaterThan(10, missing);
        Assert.Contains($"row {missing} of {picture.Height}", warning.Message);
        for (var y = 0; y < missing; y++)
            CollectionAssert.AreEqual(Scene.Value.Row8(y).ToArray(), picture.Row8(y).ToArray());
    }

    /// <summary>A wrong checksum is tolerated where the pixels do not need the chunk, and what the chunk says is left out.</summary>
    [TestMethod]
    [DataRow("tEXt", true), DataRow("eXIf", true), DataRow("pHYs", true), DataRow("IDAT", false), DataRow("IHDR", false), DataRow("tRNS", false)]
    public void AWrongChecksumInAPng(string type, bool tolerated)
    {
        using var file = new MemoryStream();
        var picture = PictureCrop.Part(Scene.Value, 0, 0, 9, 7);
        picture.Metadata = new PictureMetadata { Density = new PixelDensity(300, 300) };
        PngFile.Save(picture, file);
        var bytes = file.ToArray().ToList();
        if (type is "tEXt" or "eXIf" or "tRNS")
            bytes.InsertRange(PngHeaderEnd, Chunk(type, type == "tRNS" ? new byte[6] : "II*\0\b\0\0\0\0\0\0\0\0\0"u8.ToArray()));
        else
            bytes[CrcOf(bytes, type)] ^= 1;

        if (!tolerated)
        {
            Assert.Contains("checksum", Assert.ThrowsExactly<PictureFormatException>(() => PictureFormats.Reader().Read(new MemoryStream([.. bytes]))).Message);
            return;
        }

        var read = PictureFormats.Reader().Read(new MemoryStream([.. bytes]));
        Assert.AreEqual(PictureWarning.Checksum, read.Warnings.Single().Code);
        Assert.Contains(type, read.Warnings.Single().Message);
        Assert.AreEqual(type != "pHYs", read.Metadata.Density is not null);
        Assert.IsNull(read.Metadata.Exif);
        AssertEqual(picture, read);
    }

    [TestMethod]
    [DataRow(".jpg", PixelLayout.Rgba, 16, "alpha bit-depth"), DataRow(".jpg", PixelLayout.Rgb, 8, ""), DataRow(".webp", PixelLayout.Rgba, 16, "bit-depth"), DataRow(".webp", PixelLayout.Rgba, 8, "")]
    [DataRow(".bmp", PixelLayout.Gray, 16, "metadata bit-depth"), DataRow(".tif", PixelLayout.Rgba, 16, ""), DataRow(".png", PixelLayout.Rgba, 16, "")]
    public void WhatAFormatHasNoPlaceForIsSaid(string extension, PixelLayout layout, int bitDepth, string codes)
    {
        var info = new PictureInfo(10, 10, layout, bitDepth) { Metadata = new PictureMetadata { Exif = "II*\0\b\0\0\0\0\0\0\0\0\0"u8.ToArray() } };

        Assert.AreEqual(codes, string.Join(' ', PictureFormats.Writer().Losses(info, "x" + extension).Select(loss => loss.Code)));
    }

    [TestMethod]
    [DataRow("P5\n# maximum 9\n3 1\n100\n", new byte[] { 0, 50, 100 }, 8, new[] { 0, 128, 255 })]
    [DataRow("P2 3 1 1 0 1 1", new byte[0], 8, new[] { 0, 255, 255 })]
    [DataRow("P5\n2 1\n65535\n", new byte[] { 1, 2, 255, 255 }, 16, new[] { 258, 65535 })]
    [DataRow("P2\n3 1\n1023\n0 512 1023\n", new byte[0], 16, new[] { 0, 32800, 65535 })]
    public void PnmIsScaledByItsMaximum(string header, byte[] samples, int bitDepth, int[] expected)
    {
        var picture = PictureFormats.Reader().Read(new MemoryStream([.. Encoding.ASCII.GetBytes(header), .. samples]));

        Assert.AreEqual((PixelLayout.Gray, bitDepth), (picture.Layout, picture.BitDepth));
        CollectionAssert.AreEqual(expected, Enumerable.Range(0, picture.Width).Select(x => picture[x, 0, 0]).ToArray());
    }

    private static Picture Gray(Picture picture)
    {
        var gray = new Picture(picture.Width, picture.Height, PixelLayout.Gray);
        for (var y = 0; y < gray.Height; y++)
        {
            for (var x = 0; x < gray.Width; x++)
                gray[x, y, 0] = picture[x, y, 1];
        }

        return gray;
    }

    private static void AssertEqual(Picture expected, Picture actual, string what = "")
    {
        Assert.AreEqual((expected.Width, expected.Height, expected.Layout, expected.BitDepth), (actual.Width, actual.Height, actual.Layout, actual.BitDepth), what);
        for (var y = 0; y < expected.Height; y++)
            CollectionAssert.AreEqual(expected.Row8(y).ToArray(), actual.Row8(y).ToArray(), $"{what}, row {y}");
    }

    // Its checksum is wrong.
    private static byte[] Chunk(string type, byte[] data)
    {
        var chunk = new byte[12 + data.Length];
        BinaryPrimitives.WriteInt32BigEndian(chunk, data.Length);
        Encoding.ASCII.GetBytes(type).CopyTo(chunk, 4);
        data.CopyTo(chunk, 8);
        return chunk;
    }

    private static int CrcOf(List<byte> bytes, string type)
    {
        var at = bytes.ToArray().AsSpan().IndexOf(Encoding.ASCII.GetBytes(type));
        return at + 4 + BinaryPrimitives.ReadInt32BigEndian(bytes.GetRange(at - 4, 4).ToArray());
    }
}
