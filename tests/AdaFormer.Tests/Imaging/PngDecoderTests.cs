using System.Diagnostics;
using AdaFormer.Imaging.Png;
using AdaFormer.Imaging;

namespace AdaFormer.Tests.Imaging;

[TestClass]
public class PngDecoderTests
{
    private const int HeaderEnd = 33;
    private const int EndLength = 12;

    private static readonly (int Color, int[] Depths)[] Kinds = [(0, [1, 2, 4, 8, 16]), (2, [8, 16]), (3, [1, 2, 4, 8]), (4, [8, 16]), (6, [8, 16])];

    public static IEnumerable<object[]> AllKinds =>
        from kind in Kinds
        from depth in kind.Depths
        from interlaced in new[] { false, true }
        from transparent in kind.Color is 0 or 2 or 3 ? new[] { false, true } : [false]
        select new object[] { kind.Color, depth, interlaced, transparent };

    [TestMethod]
    [DynamicData(nameof(AllKinds))]
    public void EveryKind_IsReadExactly(int color, int depth, bool interlaced, bool transparent)
    {
        foreach (var (width, height) in new[] { (1, 1), (7, 1), (1, 9), (3, 5), (13, 11), (79, 97) })
        {
            var png = NoisyPng(width, height, color, depth, interlaced, transparent);
            Pictures.AssertEqual(Expected(png), Decode(png.Encode()), $"{width}×{height}");
        }
    }

    [TestMethod]
    [DataRow(0), DataRow(1), DataRow(2), DataRow(3), DataRow(4)]
    public void EveryFilter_IsUndone(int filter)
    {
        foreach (var color in new[] { 0, 2, 4, 6 })
        {
            var png = NoisyPng(37, 5, color, 8, false, false) with { Filter = _ => filter };
            Pictures.AssertEqual(Expected(png), Decode(png.Encode()), $"colour type {color}");
        }
    }

    [TestMethod]
    [DataRow(1), DataRow(2), DataRow(100)]
    public void DataCutAnywhere_IsJoined(int length)
    {
        var png = NoisyPng(13, 11, 2, 8, false, false) with { DataLength = length };
        Pictures.AssertEqual(Expected(png), Decode(png.Encode()));
    }

    [TestMethod]
    public void GarbageAfterTheEnd_IsTolerated()
    {
        var png = NoisyPng(13, 11, 2, 8, false, false);
        Pictures.AssertEqual(Expected(png), Decode([.. png.Encode(), 1, 2, 3]));
    }

    [TestMethod]
    public void DamageBehindThePixels_IsWarnedOf()
    {
        var png = NoisyPng(13, 11, 2, 8, false, false);
        var whole = png.Encode();
        Warns(PictureWarning.Checksum, [.. whole[..^1], (byte)(whole[^1] + 1)]);
        Warns(PictureWarning.ExtraData, [.. whole[..^EndLength], .. new byte[30]]);
        Warns(PictureWarning.ExtraData, [.. whole[..^EndLength], .. PlainPng.Chunk("tEXt", [65, 0, 66])[..^3]]);

        void Warns(string code, byte[] file)
        {
            var picture = Decode(file);
            Assert.AreEqual(code, picture.Warnings.Single().Code);
            Pictures.AssertEqual(Expected(png), picture);
        }
    }

    [TestMethod]
    [DataRow(false), DataRow(true)]
    public void ChunksOfOtherPrograms_AreNamed(bool afterPixels)
    {
        var file = NoisyPng(13, 11, 2, 8, false, false).Encode();
        var at = afterPixels ? file.Length - EndLength : HeaderEnd;
        byte[] chunks = [.. PlainPng.Chunk("prVt", [1]), .. PlainPng.Chunk("prVt", [2]), .. PlainPng.Chunk("tIME", new byte[7]), .. PlainPng.Chunk("bKGD", new byte[6])];

        var warning = Decode([.. file[..at], .. chunks, .. file[at..]]).Warnings.Single();

        Assert.AreEqual(PictureWarning.Metadata, warning.Code);
        Assert.Contains("prVt", warning.Message);
    }

    [TestMethod]
    [DataRow(0, 8, false), DataRow(2, 8, true), DataRow(3, 4, false), DataRow(6, 16, false)]
    public void R7_TruncatedAtAnyByte_IsRefused(int color, int depth, bool interlaced)
    {
        var file = NoisyPng(5, 6, color, depth, interlaced, true).Encode();
        for (var length = 0; length < file.Length - EndLength; length++)
            Assert.ThrowsExactly<PictureFormatException>(() => Decode(file[..length]), $"{length} of {file.Length} bytes");
        // Only the end mark is missing.
        for (var length = file.Length - EndLength; length < file.Length; length++)
        {
            var picture = Decode(file[..length]);
            Assert.AreEqual(PictureWarning.NoEndMark, picture.Warnings.Single().Code, $"{length} of {file.Length} bytes");
            Pictures.AssertEqual(Decode(file), picture);
        }
    }

    [TestMethod]
    [DataRow(0, 8, false), DataRow(2, 8, true), DataRow(3, 4, false), DataRow(6, 16, false)]
    public void R7_AnyBitFlipped_IsRefusedOrAPicture(int color, int depth, bool interlaced)
    {
        var file = NoisyPng(5, 6, color, depth, interlaced, true).Encode();
        for (var bit = 0; bit < 8 * file.Length; bit++)
            AssertRefusedOrPicture(Changed(file, bit / 8, file[bit / 8] ^ (1 << bit % 8)), $"bit {bit}");
    }

    [TestMethod]
    public void R7_AnyByteChanged_IsRefusedOrAPicture()
    {
        var file = NoisyPng(3, 4, 3, 4, false, true).Encode();
        for (var i = 0; i < file.Length; i++)
        for (var value = 0; value < 256; value++)
            AssertRefusedOrPicture(Changed(file, i, value), $"byte {i} = {value}");
    }

    [TestMethod]
    public void R7_DamagedPixelsUnderRightChecksums_AreRefusedOrAPicture()
    {
        var png = NoisyPng(9, 7, 2, 8, true, false);
        var data = png.Compressed();
        for (var bit = 0; bit < 8 * data.Length; bit++)
            AssertRefusedOrPicture(WithData(png, Changed(data, bit / 8, data[bit / 8] ^ (1 << bit % 8))), $"bit {bit}");
        for (var length = 0; length < data.Length; length++)
            AssertRefusedOrPicture(WithData(png, data[..length]), $"{length} bytes");
    }

    [TestMethod]
    public void WrongChunks_AreRefused()
    {
        var header = PlainPng.Chunk("IHDR", new PlainPng(1, 1, 3, 8).HeaderBytes());
        var data = PlainPng.Chunk("IDAT", new PlainPng(1, 1, 3, 8).Compressed());
        var (palette, end, text) = (PlainPng.Chunk("PLTE", [1, 2, 3]), PlainPng.Chunk("IEND", []), PlainPng.Chunk("tEXt", [65, 0, 66]));
        Assert.AreEqual(2, Decode(File(header, text, palette, data, text, end))[0, 0, 1]);
        Refused("palette", File(header, data, end));
        Refused("PLTE", File(header, palette, palette, data, end));
        Refused("PLTE", File(header, palette, data, palette, end));
        Refused("transparency", File(header, PlainPng.Chunk("tRNS", [1]), palette, data, end));
        Refused("transparency", File(header, palette, PlainPng.Chunk("tRNS", [1, 2]), data, end));
        Refused("palette", File(header, PlainPng.Chunk("PLTE", [1, 2]), data, end));
        Refused("PLTE has 900", File(header, PlainPng.Chunk("PLTE", new byte[900]), data, end));
        Refused("IEND", File(header, palette, end));
        Refused("IDAT is unknown, repeated", File(header, palette, data, text, data, end));
        Refused("IHDR", File(header, header, palette, data, end));
        // zlib's flag for a dictionary that PNG does not have, its header check made right.
        byte[] dictionary = [0x78, 0xBB, 1, 2, 3, 4, .. new PlainPng(1, 1, 3, 8).Compressed()[2..]];
        Refused("decompressed", File(header, palette, PlainPng.Chunk("IDAT", dictionary), end));
        Refused("ABCD", File(header, palette, PlainPng.Chunk("ABCD", []), data, end));
        Refused("PLTE of 3 bytes, expected IHDR", File(palette, header, data, end));
        Refused("signature", [1, 2, 3]);
        Refused("colour 1 of a palette of 1", (NoisyPng(1, 1, 3, 8, false, false) with { Sample = (_, _, _) => 1, Palette = [1, 2, 3] }).Encode());
        Refused("filter type 5", (NoisyPng(1, 1, 0, 8, false, false) with { Filter = _ => 5 }).Encode());

        static byte[] File(params byte[][] chunks) => PlainPng.Join([[137, 80, 78, 71, 13, 10, 26, 10], .. chunks]);
    }

    [TestMethod]
    [DataRow(0, 1, 2, 8, "0×1"), DataRow(1, -1, 2, 8, "pixels"), DataRow(1, 1, 1, 8, "colour type 1"), DataRow(1, 1, 2, 4, "4 bits"), DataRow(1, 1, 3, 16, "16 bits")]
    public void WrongHeaders_AreRefused(int width, int height, int color, int depth, string message) =>
        Refused(message, WithData(new PlainPng(width, height, color, depth), [1]));

    [TestMethod]
    public void R3_TooManyPixels_AreRefusedFromTheHeader()
    {
        var file = WithData(new PlainPng(50_000, 50_000, 2, 8), new byte[4000]);
        Refused("limit", file);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var watch = Stopwatch.StartNew();
        Assert.Contains("50000×50000", Assert.ThrowsExactly<PictureFormatException>(() => Decode(file)).Message);
        Assert.IsLessThan(100, watch.ElapsedMilliseconds);
        Assert.IsLessThan(1_000_000, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [TestMethod]
    public void R3_TheLimitItself_IsAllowed()
    {
        var file = NoisyPng(10, 10, 0, 8, false, false).Encode();
        Assert.AreEqual(10, new PngDecoder().Decode(new MemoryStream(file), 100).Width);
        Assert.ThrowsExactly<PictureFormatException>(() => new PngDecoder().Decode(new MemoryStream(file), 99));
    }

    /// <summary>A small file of every kind.</summary>
    internal static IEnumerable<byte[]> SmallFiles() => AllKinds.Select(kind => NoisyPng(13, 11, (int)kind[0], (int)kind[1], (bool)kind[2], (bool)kind[3]).Encode());

    private static PlainPng NoisyPng(int width, int height, int color, int depth, bool interlaced, bool transparent)
    {
        var random = new Random(width * 1000 + height);
        var samples = new int[width, height, 4];
        for (var i = 0; i < samples.Length; i++)
            samples[i / 4 % width, i / 4 / width, i % 4] = random.Next(4) == 0 ? 1 : random.Next(1 << depth);
        var palette = new byte[3 << Math.Min(depth, 8)];
        random.NextBytes(palette);
        byte[] transparency = color switch { 0 => [0, 1], 2 => [0, 1, 0, 1, 0, 1], _ => [0, 100] };
        return new PlainPng(width, height, color, depth)
        {
            Sample = (x, y, channel) => samples[x, y, channel],
            Interlaced = interlaced,
            Palette = color == 3 ? palette : null,
            Transparency = transparent && color is 0 or 2 or 3 ? transparency : null,
        };
    }

    private static Picture Expected(PlainPng png)
    {
        var alpha = png.Transparency is not null || png.ColorType >= 4;
        var layout = png.ColorType is 0 or 4 ? alpha ? PixelLayout.GrayAlpha : PixelLayout.Gray : alpha ? PixelLayout.Rgba : PixelLayout.Rgb;
        var max = png.BitDepth == 16 ? 65535 : 255;
        return Pictures.Make(png.Width, png.Height, layout, png.BitDepth == 16 ? 16 : 8, (x, y, channel) =>
        {
            var first = png.Sample(x, y, 0);
            return (png.ColorType, channel) switch
            {
                (3, 3) => first < png.Transparency!.Length ? png.Transparency[first] : 255,
                (3, _) => png.Palette![3 * first + channel],
                (4 or 6, _) => png.Sample(x, y, channel),
                (0, 1) or (2, 3) => Enumerable.Range(0, png.Channels).All(i => png.Sample(x, y, i) == 1) ? 0 : max,
                (0, _) => first * (max / ((1 << png.BitDepth) - 1)),
                _ => png.Sample(x, y, channel),
            };
        });
    }

    private static Picture Decode(byte[] file) => new PngDecoder().Decode(new MemoryStream(file), 1 << 20);

    private static byte[] WithData(PlainPng png, byte[] data) =>
        PlainPng.Join([[137, 80, 78, 71, 13, 10, 26, 10], PlainPng.Chunk("IHDR", png.HeaderBytes()), PlainPng.Chunk("IDAT", data), PlainPng.Chunk("IEND", [])]);

    private static byte[] Changed(byte[] file, int index, int value)
    {
        var changed = (byte[])file.Clone();
        changed[index] = (byte)value;
        return changed;
    }

    private static void AssertRefusedOrPicture(byte[] file, string message) =>
        HostileFile.AssertRefusedOrRead<PictureFormatException>(() => Decode(file), message);

    private static void Refused(string message, byte[] file) =>
        Assert.Contains(message, Assert.ThrowsExactly<PictureFormatException>(() => Decode(file)).Message);
}
