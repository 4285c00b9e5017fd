using System.IO.Compression;
using AdaFormer.Imaging.Png;
using AdaFormer.Imaging;

namespace AdaFormer.Tests.Imaging;

[TestClass]
public sealed class PictureReaderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [TestMethod]
    public void APng_IsReadByDefault() =>
        Pictures.AssertEqual(Pictures.Fixture("odd"), new PictureReader().Read(TestData.Fixture("pictures", "odd.png")));

    [TestMethod]
    [DataRow("<!DOCTYPE html><html>404", "an HTML page"), DataRow("\n<svg>", "an SVG"), DataRow("hello\r\n", "text")]
    [DataRow("GIF89a", "a GIF"), DataRow("RIFF1234WEBPVP8 ", "a WebP"), DataRow("BM123", "a BMP"), DataRow("\u0001\u0002", "begins with 0102")]
    [DataRow("\0\0\0\u0020ftypavif", "an AVIF"), DataRow("%PDF-1.7", "a PDF"), DataRow("II*\0", "a TIFF")]
    [DataRow("<?xml version=\"1.0\"?>\n<svg xmlns=\"http", "an SVG"), DataRow("P7\nWIDTH 3", "a PAM"), DataRow("%!PS-Adobe-3.0", "PostScript"), DataRow("version https://git-lfs.github.com/spec/v1", "Git LFS")]
    [DataRow("\u0000\u0000\u0000\u0018ftypmif1", "a HEIC"), DataRow("\u0000\u0000\u0000\u0018ftypcrx ", "raw data"), DataRow("FUJIFILMCCD-RAW 0201", "raw data"), DataRow("\u0000\u0000\u0002\u0000", "a Windows cursor")]
    public void OtherFiles_AreNamedWithWhatTheyLookLike(string content, string look)
    {
        var error = Assert.ThrowsExactly<PictureFormatException>(() => new PictureReader().Read(Write(content.Select(letter => (byte)letter).ToArray())));
        Assert.Contains("picture.bin", error.Message);
        Assert.Contains(look, error.Message);
        Assert.Contains("Expected one of: PNG", error.Message);
    }

    [TestMethod, OSCondition(OperatingSystems.Linux)]
    [DataRow("empty"), DataRow("pipe"), DataRow("link to pipe"), DataRow("/dev/null"), DataRow("/dev/zero")]
    public void R7_WhatIsNoFileOfItsOwn_IsRefusedWithoutWaiting(string kind)
    {
        var path = kind.StartsWith('/') ? kind : _folder.File(kind);
        if (kind == "empty")
            File.WriteAllBytes(path, []);
        if (kind.EndsWith("pipe", StringComparison.Ordinal))
            System.Diagnostics.Process.Start("mkfifo", [_folder.File("pipe")]).WaitForExit();
        if (kind.StartsWith("link", StringComparison.Ordinal))
            File.CreateSymbolicLink(path, "pipe");
        var reading = Task.Run(() => Assert.ThrowsExactly<PictureFormatException>(() => new PictureReader().Read(path)));

        Assert.IsTrue(reading.Wait(TimeSpan.FromSeconds(20)), "It waits for a writer.");
        Assert.Contains("an empty file, a pipe or a device", reading.Result.Message);
    }

    [TestMethod, OSCondition(OperatingSystems.Linux)]
    public void ALinkToNothing_IsNamed()
    {
        File.CreateSymbolicLink(_folder.File("link.png"), "nowhere");
        Assert.Contains("link to one that is not there", Assert.ThrowsExactly<FileNotFoundException>(() => new PictureReader().Read(_folder.File("link.png"))).Message);
    }

    [TestMethod]
    public void AnyStart_HasAName()
    {
        var start = new byte[FileSignature.Length];
        for (var seed = 0; seed < 200; seed++)
        {
            new Random(seed).NextBytes(start);
            for (var length = 0; length < start.Length; length++)
                Assert.IsNotEmpty(FileSignature.Describe(start.AsSpan(0, length)));
        }
    }

    [TestMethod]
    public void R7_ADamagedFile_IsNamed()
    {
        var png = File.ReadAllBytes(TestData.Fixture("pictures", "odd.png"));
        var error = Assert.ThrowsExactly<PictureFormatException>(() => new PictureReader().Read(Write(png[..^20])));
        Assert.Contains("picture.bin", error.Message);
        Assert.Contains("ends too early", error.Message);
    }

    [TestMethod]
    public void R3_TheLimit_IsPassedOn()
    {
        var error = Assert.ThrowsExactly<PictureFormatException>(() => new PictureReader(maximumPixels: 83 * 61 - 1).Read(TestData.Fixture("pictures", "odd.png")));
        Assert.Contains("83×61", error.Message);
    }

    [TestMethod]
    public void MissingFilesAndFolders_AreIOExceptions()
    {
        var reader = new PictureReader();
        Assert.Contains("nothing.png", Assert.ThrowsExactly<FileNotFoundException>(() => reader.Read(_folder.File("nothing.png"))).Message);
        Assert.Contains("is a folder", Assert.ThrowsExactly<IOException>(() => reader.Read(_folder.FullName)).Message);
    }

    [TestMethod]
    public void Decoders_AreAskedInOrder()
    {
        var path = Write([1, 2, 3]);
        Assert.AreEqual(7, new PictureReader([new PngDecoder(), new OnePixel(1, 7), new OnePixel(1, 8)]).Read(path)[0, 0, 0]);
        Assert.Contains("PNG, OnePixel", Assert.ThrowsExactly<PictureFormatException>(() => new PictureReader([new PngDecoder(), new OnePixel(2, 7)]).Read(path)).Message);
        Assert.ThrowsExactly<ArgumentException>(() => new PictureReader([]));
    }

    private string Write(byte[] content)
    {
        File.WriteAllBytes(_folder.File("picture.bin"), content);
        return _folder.File("picture.bin");
    }

    private sealed class OnePixel(byte signature, int value) : IPictureDecoder
    {
        public IReadOnlyList<PictureFormat> Formats => [new("OnePixel", ".one")];

        public int SignatureLength => 1;

        public bool Recognizes(ReadOnlySpan<byte> start) => start is [var first] && first == signature;

        public Picture Decode(Stream stream, long maximumPixels)
        {
            Assert.AreEqual(signature, stream.ReadByte());
            return new Picture(1, 1, PixelLayout.Gray) { [0, 0, 0] = value };
        }
    }

    [TestMethod]
    [DataRow(true), DataRow(false)]
    public void StreamsAreReadFromWhereTheyAre(bool canSeek)
    {
        var bytes = File.ReadAllBytes(TestData.Fixture("pictures", "odd.png"));
        using var memory = new MemoryStream([1, 2, 3, .. bytes]) { Position = 3 };
        using Stream stream = canSeek ? memory : new BrotliStream(Compressed(bytes), CompressionMode.Decompress);
        var picture = new PictureReader().Read(stream);
        Assert.AreEqual((83, 61), (picture.Width, picture.Height));
        Assert.Contains("'upload'", Assert.ThrowsExactly<PictureFormatException>(() => new PictureReader().Read(new MemoryStream([1, 2, 3]), "upload")).Message);

        static MemoryStream Compressed(byte[] bytes)
        {
            var compressed = new MemoryStream();
            using (var brotli = new BrotliStream(compressed, CompressionLevel.Fastest, leaveOpen: true))
                brotli.Write(bytes);
            compressed.Position = 0;
            return compressed;
        }
    }
}
