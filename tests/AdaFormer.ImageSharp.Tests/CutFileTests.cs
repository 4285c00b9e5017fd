using System.Text;
using AdaFormer.Imaging;
using AdaFormer.ImageSharp;

namespace AdaFormer.Tests.ImageSharp;

/// <summary>Files that end before their picture does, of the formats whose libraries take what is missing for black.</summary>
[TestClass]
public class CutFileTests
{
    private static readonly string[] Bmps = ["1-bit", "4-bit", "8-bit", "16-bit-5-6-5", "24-bit", "24-bit-os2", "24-bit-top-down", "32-bit", "4-bit-run-lengths", "8-bit-run-lengths", "run-lengths-beyond-rows"];

    private static readonly Dictionary<string, byte[]> Small = new()
    {
        ["runs.tga"] = [0, 0, 11, 0, 0, 0, 0, 0, 0, 0, 0, 0, 5, 0, 2, 0, 8, 0x20, 0x83, 40, 5, 1, 2, 3, 4, 5, 6],
        ["deep.pgm"] = [.. "P5 # 3 2\n3 2 1023\n"u8, 1, 2, 1, 3, 1, 4, 2, 5, 2, 6, 2, 7],
        ["bits.pbm"] = [.. "P4 9 2\n"u8, 0xAA, 0x80, 0x55, 0x80],
        ["text.ppm"] = "P3\n2 2 # 9 9\n100\n1 2 3  4 5 6\n7 8 9  10 11 12"u8.ToArray(),
        ["text.pbm"] = "P1\n3 2\n101\n0 1 # 1\n0"u8.ToArray(),
    };

    public static IEnumerable<object[]> Files() => Bmps.Select(bmp => $"{bmp}.bmp").Concat(["texture.tga", "frame.ppm"]).Concat(Small.Keys).Select(name => (object[])[name]);

    [TestMethod]
    [DynamicData(nameof(Files))]
    public void ItIsRefusedOrSalvaged(string name)
    {
        var file = Small.TryGetValue(name, out var small) ? small : File.ReadAllBytes(TestData.Fixture(name.EndsWith("bmp", StringComparison.Ordinal) ? "formats" : "cases", name));
        Assert.IsEmpty(Read(file, salvage: false).Warnings, name);
        // Behind a TGA's pixels its end mark may stand, behind run lengths theirs, and behind a row some bytes that fill it.
        int[] missing = small is not null ? [3, 2] : name.Contains("beyond", StringComparison.Ordinal) ? [12, 30] : [30, 40, file.Length / 3];
        foreach (var count in missing)
        {
            var cut = file[..^count];
            var refusal = Assert.ThrowsExactly<PictureFormatException>(() => Read(cut, salvage: false), $"{name} less {count}");
            Assert.Contains("data end before its picture does", refusal.Message, $"{name} less {count}");
            Assert.AreEqual(PictureWarning.MissingPixels, Read(cut, salvage: true).Warnings.Single().Code, $"{name} less {count}");
        }
    }

    [TestMethod]
    public void WhatIsThereIsSalvaged()
    {
        var file = File.ReadAllBytes(TestData.Fixture("cases", "frame.ppm"));
        var (whole, salvaged) = (Read(file, salvage: false), Read(file[..^(file.Length / 2)], salvage: true));

        Assert.AreEqual((whole.Width, whole.Height), (salvaged.Width, salvaged.Height));
        for (var y = 0; y < (whole.Height / 2) - 1; y++)
            Assert.IsTrue(whole.Row8(y).SequenceEqual(salvaged.Row8(y)), $"row {y}");
        Assert.AreEqual(0, salvaged.Row8(whole.Height - 1).ToArray().Max());
    }

    [TestMethod]
    [DataRow("gif"), DataRow("png"), DataRow("webp")]
    public void OfAnAnimationTheFramesBeforeAreSalvaged(string extension)
    {
        var path = Path.GetTempFileName();
        var file = File.ReadAllBytes(TestData.Fixture("cases", $"three-frames.{extension}"));
        var whole = Frames(PictureFormats.Reader(), TestData.Fixture("cases", $"three-frames.{extension}"));
        try
        {
            foreach (var (kept, frames) in new[] { (file.Length / 2, 1), (file.Length - 100, 2) })
            {
                File.WriteAllBytes(path, file[..kept]);
                Assert.Contains("data end within what follows frame", Assert.ThrowsExactly<PictureFormatException>(() => Frames(PictureFormats.Reader(), path)).Message);
                var salvaged = Frames(PictureFormats.Reader(salvage: true), path);
                Assert.HasCount(frames, salvaged);
                Assert.Contains(PictureWarning.MissingPixels, salvaged[^1].Warnings.Select(warning => warning.Code));
                for (var i = 0; i < frames; i++)
                    Assert.IsTrue(Enumerable.Range(0, whole[i].Height).All(y => whole[i].Row8(y).SequenceEqual(salvaged[i].Row8(y))), $"frame {i}");
            }
        }
        finally
        {
            File.Delete(path);
        }
    }

    [TestMethod]
    public void AGifWithoutItsEndMarkIsSaid()
    {
        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(path, File.ReadAllBytes(TestData.Fixture("cases", "three-frames.gif"))[..^1]);
            Assert.AreEqual(PictureWarning.NoEndMark, Frames(PictureFormats.Reader(), path)[^1].Warnings.Single().Code);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [TestMethod]
    public void OfAStillWebpNothingCanBeSalvagedButWhatFollowsItsPixelsMayBeMissing()
    {
        var path = Path.ChangeExtension(Path.GetTempFileName(), ".webp");
        PictureFormats.Writer().Write(Read(File.ReadAllBytes(TestData.Fixture("cases", "plain-64x48.png")), salvage: false), path);
        var plain = File.ReadAllBytes(path);
        File.Delete(path);
        Assert.Contains("Nothing can be salvaged", Assert.ThrowsExactly<PictureFormatException>(() => Read(plain[..^20], salvage: true)).Message);

        byte[] more = [.. plain, .. "JUNK"u8, 8, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8];
        BitConverter.GetBytes(more.Length - 8).CopyTo(more, 4);
        Assert.IsEmpty(Read(more, salvage: false).Warnings);
        Assert.Contains("what follows its picture", Assert.ThrowsExactly<PictureFormatException>(() => Read(more[..^3], salvage: false)).Message);
        Assert.AreEqual(PictureWarning.MissingPixels, Read(more[..^3], salvage: true).Warnings.Single().Code);
        Assert.AreEqual(PictureWarning.NoEndMark, Read(more[..^16], salvage: false).Warnings.Single().Code);
    }

    [TestMethod]
    public void BitsNeedNothingBetweenThem()
    {
        var picture = Read("P1\n# two levels\n4 2\n1010\n0 110"u8.ToArray(), salvage: false);

        CollectionAssert.AreEqual(new byte[] { 0, 255, 0, 255 }, picture.Row8(0).ToArray());
        CollectionAssert.AreEqual(new byte[] { 255, 0, 0, 255 }, picture.Row8(1).ToArray());
    }

    [TestMethod]
    [DataRow("P5\n3 1\n100\n", new byte[] { 50, 101, 100 }, 100, 128, 255), DataRow("P2\n3 1\n255\n9 300 99999999999", new byte[0], 255, 9, 255)]
    [DataRow("P6 1 1 9\n", new byte[] { 3, 10, 9 }, 9, 85, 255), DataRow("P5\n3 1\n999\n", new byte[] { 0, 0, 3, 232, 3, 231 }, 999, 0, 65535)]
    public void ASampleAboveTheLargestIsDamageOfWhichWhiteIsSalvaged(string header, byte[] samples, int maximum, int first, int white)
    {
        byte[] file = [.. Encoding.ASCII.GetBytes(header), .. samples];

        Assert.Contains($"above {maximum}", Assert.ThrowsExactly<PictureFormatException>(() => Read(file, salvage: false)).Message);
        var picture = Read(file, salvage: true);

        Assert.AreEqual(PictureWarning.MissingPixels, picture.Warnings.Single().Code);
        Assert.AreEqual((first, white), (picture[0, 0, 0], picture.Layout == PixelLayout.Rgb ? picture[0, 0, 1] : picture[1, 0, 0]));
    }

    [TestMethod]
    [DataRow("P2 2 1 9\n1 x2"), DataRow("P2 2 1 9\n1 -2"), DataRow("P3 1 1 9\n1 2.5 3"), DataRow("P2 2 1 9\n\01 2")]
    public void WhatIsNoNumberAmongNumbersIsDamage(string file) =>
        Assert.Contains("no digit", Assert.ThrowsExactly<PictureFormatException>(() => Read(Encoding.ASCII.GetBytes(file), salvage: false)).Message);

    [TestMethod]
    [DataRow("P5 1 1 255\nAP5 1 1 255\nB"), DataRow("P2 1 1 255\n7\nP2 1 1 255\n8\n")]
    public void FurtherPicturesAreNamed(string file) => Assert.AreEqual(PictureWarning.Pages, Read(Encoding.ASCII.GetBytes(file), salvage: false).Warnings.Single().Code);

    /// <summary>ImageMagick packs what fills a row, too: (x / 2) · 60 + 20, 50y, (x / 2) · 10 + y.</summary>
    [TestMethod]
    public void ARunBeyondItsRowIsClipped()
    {
        var picture = PictureFormats.Reader().Read(TestData.Fixture("formats", "run-lengths-beyond-rows.bmp"));

        Assert.AreEqual((5, 4), (picture.Width, picture.Height));
        for (var y = 0; y < 4; y++)
        {
            for (var x = 0; x < 5; x++)
                Assert.AreEqual(((x / 2 * 60) + 20, 50 * y, (x / 2 * 10) + y), (picture[x, y, 0], picture[x, y, 1], picture[x, y, 2]), $"{x}, {y}");
        }
    }

    private static Picture Read(byte[] file, bool salvage) => PictureFormats.Reader(salvage: salvage).Read(new MemoryStream(file));

    private static List<Picture> Frames(PictureReader reader, string path)
    {
        using var sequence = reader.OpenSequence(path);
        if (sequence is null)
            return [reader.Read(path)];
        var frames = new List<Picture>();
        while (sequence.Next(out _) is { } rows)
            frames.Add(PictureRows.ReadAll(rows));
        return frames;
    }
}
