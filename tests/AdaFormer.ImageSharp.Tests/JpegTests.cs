using System.Buffers.Binary;
using System.Security.Cryptography;
using AdaFormer.ImageSharp;
using AdaFormer.Imaging;

namespace AdaFormer.Tests.ImageSharp;

/// <summary>JPEG decoded as libjpeg-turbo does it, row by row, and what damaged files give.</summary>
[TestClass]
public class JpegTests
{
    public static IEnumerable<object[]> Golden() =>
        File.ReadAllLines(TestData.Fixture("jpeg", "djpeg.sha256")).Select(line => line.Split("  ")).Select(parts => new object[] { parts[1], parts[0] });

    [TestMethod]
    [DynamicData(nameof(Golden))]
    public void EverySampleIsThatOfDjpeg(string file, string hash)
    {
        var path = TestData.Fixture("jpeg", file);
        var picture = PictureFormats.Reader().Read(path);

        Assert.IsEmpty(picture.Warnings);
        Assert.AreEqual(hash, Convert.ToHexStringLower(SHA256.HashData(Samples(picture))));
    }

    [TestMethod]
    [DataRow("2x2.jpg", false), DataRow("progressive-2x2.jpg", true)]
    public void RowsAreReadOneByOne(string file, bool holdsCoefficients)
    {
        var path = TestData.Fixture("jpeg", file);
        using var rows = PictureFormats.Reader().Open(path);

        Assert.IsNull(rows.Whole);
        Assert.AreEqual(holdsCoefficients, rows.BytesHeld > 0);
        Assert.AreEqual((61, 47), (rows.Info.Width, rows.Info.Height));
        CollectionAssert.AreEqual(Samples(PictureFormats.Reader().Read(path)), Samples(PictureRows.ReadAll(rows)));
        Assert.ThrowsExactly<InvalidOperationException>(() => rows.ReadRow(new Picture(61, 1, PixelLayout.Rgb), 0));
    }

    /// <summary>A file that claims as many pixels as a row-by-row picture may have costs what its rows cost.</summary>
    [TestMethod]
    public void R4_ALargeJpegIsNotHeldWhole()
    {
        var file = File.ReadAllBytes(TestData.Fixture("jpeg", "2x2.jpg"));
        var frame = file.AsSpan().IndexOf([(byte)0xFF, (byte)0xC0]);
        BinaryPrimitives.WriteInt16BigEndian(file.AsSpan(frame + 5), 16_000);
        BinaryPrimitives.WriteInt16BigEndian(file.AsSpan(frame + 7), 16_000);
        var before = GC.GetAllocatedBytesForCurrentThread();
        using var rows = ((IPictureDecoder)new ImageSharpDecoder()).Open(new MemoryStream(file), 1 << 28);
        var row = new Picture(16_000, 1, PixelLayout.Rgb);
        for (var y = 0; y < 100; y++)
            rows.ReadRow(row, 0);

        Assert.IsLessThan(8 << 20, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.AreEqual(PictureWarning.MissingPixels, rows.Warnings.Single().Code);
    }

    [TestMethod]
    public void R7_AProgressiveOneThatCannotHoldItsPixelsTakesNoMemory()
    {
        var file = File.ReadAllBytes(TestData.Fixture("jpeg", "progressive-2x2.jpg"));
        var frame = file.AsSpan().IndexOf([(byte)0xFF, (byte)0xC2]);
        BinaryPrimitives.WriteInt16BigEndian(file.AsSpan(frame + 5), 16_000);
        BinaryPrimitives.WriteInt16BigEndian(file.AsSpan(frame + 7), 16_000);
        var before = GC.GetAllocatedBytesForCurrentThread();

        Assert.Contains("cannot hold 16000×16000", Assert.ThrowsExactly<PictureFormatException>(() => PictureFormats.Reader().Read(new MemoryStream(file))).Message);

        Assert.IsLessThan(4 << 20, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [TestMethod]
    public void R7_ScansWithoutEndAreRefused()
    {
        var file = File.ReadAllBytes(TestData.Fixture("jpeg", "progressive-2x2.jpg"));
        var last = file.AsSpan().LastIndexOf([(byte)0xFF, (byte)0xDA]);
        byte[] endless = [.. file[..last], .. Enumerable.Repeat(file[last..^2], 200).SelectMany(scan => scan), 0xFF, 0xD9];

        Assert.Contains("100 scans", Assert.ThrowsExactly<PictureFormatException>(() => PictureFormats.Reader().Read(new MemoryStream(endless))).Message);
    }

    [TestMethod]
    [DataRow(0xC0, 4, 12, "8 bits"), DataRow(0xC3, -1, 0, "lossless"), DataRow(0xC9, -1, 0, "arithmetic"), DataRow(0xC0, 9, 0, "damaged")]
    public void WhatIsNotReadIsSaid(int frame, int at, int value, string what)
    {
        var file = File.ReadAllBytes(TestData.Fixture("jpeg", "2x2.jpg"));
        var start = file.AsSpan().IndexOf([(byte)0xFF, (byte)0xC0]);
        file[start + 1] = (byte)frame;
        if (at >= 0)
            file[start + at] = (byte)value;

        Assert.Contains(what, Assert.ThrowsExactly<PictureFormatException>(() => PictureFormats.Reader().Read(new MemoryStream(file))).Message);
    }

    /// <summary>A progressive file without its last scans shows every pixel, though coarsely.</summary>
    [TestMethod]
    public void AProgressiveOneWithoutItsLastScanIsNotWhole()
    {
        var file = File.ReadAllBytes(TestData.Fixture("jpeg", "progressive-2x2.jpg"));
        var cut = file[..file.AsSpan().LastIndexOf([(byte)0xFF, (byte)0xDA])];

        Assert.Contains("fine detail is missing", Assert.ThrowsExactly<PictureFormatException>(() => PictureFormats.Reader().Read(new MemoryStream(cut))).Message);
        Assert.AreEqual(PictureWarning.MissingPixels, PictureFormats.Reader(salvage: true).Read(new MemoryStream(cut)).Warnings.Single().Code);
        Assert.AreEqual(PictureWarning.NoEndMark, PictureFormats.Reader().Read(new MemoryStream(file[..^2])).Warnings.Single().Code);
    }

    /// <summary>Between restart marks damage stays local, and what can be salvaged behind it is.</summary>
    [TestMethod]
    public void ADamagedPartIsFoundAndTheRestSalvaged()
    {
        var path = TestData.Fixture("jpeg", "restarts-2x2.jpg");
        var file = File.ReadAllBytes(path);
        var whole = Samples(PictureFormats.Reader().Read(path));
        var restart = file.AsSpan().IndexOf([(byte)0xFF, (byte)0xD2]);
        byte[] damaged = [.. file[..(restart - 60)], .. file[(restart - 20)..]];

        Assert.Contains("of 47 on pixels are", Assert.ThrowsExactly<PictureFormatException>(() => PictureFormats.Reader().Read(new MemoryStream(damaged))).Message);

        var salvaged = PictureFormats.Reader(salvage: true).Read(new MemoryStream(damaged));
        Assert.AreEqual(PictureWarning.MissingPixels, salvaged.Warnings.Single().Code);
        CollectionAssert.AreEqual(whole[^(3 * 61)..], Samples(salvaged)[^(3 * 61)..]);
    }

    [TestMethod]
    public void DataThatBelongToNothingAreSaid()
    {
        var file = File.ReadAllBytes(TestData.Fixture("jpeg", "2x2.jpg"));

        var picture = PictureFormats.Reader().Read(new MemoryStream([.. file[..^2], 1, 2, 3, 4, .. file[^2..]]));

        Assert.AreEqual(PictureWarning.ExtraData, picture.Warnings.Single().Code);
        CollectionAssert.AreEqual(Samples(PictureFormats.Reader().Read(new MemoryStream(file))), Samples(picture));
    }

    private static byte[] Samples(Picture picture) => [.. Enumerable.Range(0, picture.Height).SelectMany(y => picture.Row8(y).ToArray())];
}
