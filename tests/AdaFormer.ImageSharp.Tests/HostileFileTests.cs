using AdaFormer.Imaging;
using AdaFormer.ImageSharp;

namespace AdaFormer.Tests.ImageSharp;

/// <summary>Files from which a library itself would not come back, or take gigabytes, and streams that fail.</summary>
[TestClass]
public class HostileFileTests
{
    private const long Megabyte = 1 << 20;

    [TestMethod]
    [DataRow("strip-is-the-file", "Not a JPEG"), DataRow("strips-counted-as-none", "0 strips"), DataRow("compression-said-twice", "twice")]
    [DataRow("directory-without-end", "4611686018427387904 entries"), DataRow("values-that-overlap", "width is 0"), DataRow("palette-of-2-to-the-24", "24 bits")]
    public void R7_TiffsAreRefusedBeforeTheyAreDecoded(string file, string reason) =>
        Assert.Contains(reason, Assert.ThrowsExactly<PictureFormatException>(() => Decode(Hostile("tiff", $"{file}.tiff"))).Message);

    [TestMethod]
    public void R7_OnlyTheFirstPageOfATiffIsLookedAt()
    {
        Assert.AreEqual((8, 8), Size(Decode(Hostile("tiff", "second-directory-without-end.tiff"))));
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.ThrowsExactly<PictureFormatException>(() => Decode(Hostile("tiff", "directories-that-overlap.tiff")));
        Assert.IsLessThan(8 * Megabyte, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [TestMethod]
    public void R7_MoreRowsInAStripThanInThePageTakeNoMemory() => Assert.AreEqual((1000, 2), Size(Decode(Hostile("tiff", "rows-for-1GB.tiff"))));

    [TestMethod]
    public void R7_ExifIsCarriedFromJpegToJpegUnread()
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        var picture = Decode(Hostile("jpeg", "exif-values-that-overlap.jpg"));
        Assert.AreEqual(40_000, picture.Metadata.Exif!.Length);
        using var written = new MemoryStream();
        new ImageSharpEncoder().Encode(picture, written, ".jpg");
        CollectionAssert.AreEqual(picture.Metadata.Exif, Decode(written.ToArray()).Metadata.Exif);
        Assert.IsLessThan(8 * Megabyte, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [TestMethod]
    [DataRow("progressive.jpg"), DataRow("lossy-alpha.webp"), DataRow("lzw.tif"), DataRow("24-bit.bmp"), DataRow("still.gif")]
    public void AStreamThatFailsIsNoDamagedPicture(string file)
    {
        var bytes = File.ReadAllBytes(TestData.Fixture("formats", file));
        for (var good = 0; good < bytes.Length; good += 7)
        {
            // All of it may be read at once, or not at all.
            using var failing = new FailingStream(bytes, good);
            Exception? error = null;
            try
            {
                AllFormats.Decode(failing);
            }
            catch (Exception e)
            {
                error = e;
            }

            Assert.IsTrue(failing.HasFailed ? error is IOException { Message: FailingStream.Message } : error is null, $"{good}: {error}");
        }
    }

    [TestMethod]
    [DataRow("progressive.jpg"), DataRow("animation.webp"), DataRow("bigtiff-jpeg.tif"), DataRow("palette.tif"), DataRow("8-bit.bmp"), DataRow("still.gif")]
    public void AFileMayBeginWhereTheStreamStands(string file)
    {
        var bytes = File.ReadAllBytes(TestData.Fixture("formats", file));
        using var behind = new MemoryStream([.. new byte[1001], .. bytes]) { Position = 1001 };
        var (expected, picture) = (Decode(bytes), AllFormats.Decode(behind));
        for (var y = 0; y < expected.Height; y++)
            Assert.IsTrue(expected.Row8(y).SequenceEqual(picture.Row8(y)), $"row {y}");
    }

    private static byte[] Hostile(string format, string file) => File.ReadAllBytes(TestData.Fixture("hostile", format, file));

    private static Picture Decode(byte[] file) => AllFormats.Decode(file);

    private static (int, int) Size(Picture picture) => (picture.Width, picture.Height);

    /// <summary>A disk that cannot read beyond some byte, and gives few at once.</summary>
    private sealed class FailingStream(byte[] file, int good) : MemoryStream(file)
    {
        public const string Message = "The disk is broken.";

        public bool HasFailed { get; private set; }

        public override int Read(byte[] buffer, int offset, int count)
        {
            if (Position + Math.Min(count, 10) > good && Position < Length)
            {
                HasFailed = true;
                throw new IOException(Message);
            }

            return base.Read(buffer, offset, Math.Min(count, 10));
        }
    }
}
