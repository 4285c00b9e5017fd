using System.Buffers.Binary;
using AdaFormer.Imaging.Png;
using AdaFormer.Imaging;

namespace AdaFormer.Tests.Imaging;

/// <summary>PNG files with damages of all kinds, half of them under right checksums.</summary>
[TestClass]
public class PngMutationTests
{
    private static readonly MutationLoop Loop = new("png", Decode, typeof(PictureFormatException)) { Repair = WithRightChecksums };

    [TestMethod]
    public void R7_MutatedFiles_AreRefusedOrAPicture() => Loop.Run(
        [
            .. PngDecoderTests.SmallFiles(), File.ReadAllBytes(TestData.Fixture("pictures", "odd_x4.png")),
            .. new[] { "animation-disposals.png", "animation-opaque.png" }.Select(file => File.ReadAllBytes(TestData.Fixture("formats", file))),
        ],
        8);

    [TestMethod]
    public void R7_KeptFiles_AreRefusedOrAPicture() => Assert.IsGreaterThan(0, Loop.Replay());

    private static void Decode(byte[] file)
    {
        using var frames = new PngDecoder().OpenSequence(new MemoryStream(file), 1 << 20);
        for (var left = 20; left > 0 && frames?.Next(out _) is { } rows; left--)
            PictureRows.ReadAll(rows);
        new PngDecoder().Decode(new MemoryStream(file), 1 << 20);
    }

    private static byte[] WithRightChecksums(byte[] file)
    {
        for (var at = 8L; at + 12 <= file.Length;)
        {
            var length = BinaryPrimitives.ReadUInt32BigEndian(file.AsSpan((int)at));
            if (at + 12 + length > file.Length)
                break;
            BinaryPrimitives.WriteUInt32BigEndian(file.AsSpan((int)(at + 8 + length)), PlainPng.Crc(file.AsSpan((int)at + 4, (int)length + 4)));
            at += 12 + length;
        }

        return file;
    }
}
