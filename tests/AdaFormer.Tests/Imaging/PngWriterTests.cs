using AdaFormer.Imaging.Png;
using AdaFormer.Imaging;

namespace AdaFormer.Tests.Imaging;

[TestClass]
public class PngWriterTests
{
    [TestMethod]
    [DataRow(1, 1), DataRow(7, 1), DataRow(1, 7), DataRow(32, 2), DataRow(79, 97), DataRow(300, 200)]
    public void Pictures_ComeBackExactly(int width, int height)
    {
        foreach (var layout in Enum.GetValues<PixelLayout>())
        foreach (var bitDepth in new[] { 8, 16 })
        {
            foreach (var picture in new[] { Pictures.Noise(width, height, layout, bitDepth), Ramp(width, height, layout, bitDepth) })
                Pictures.AssertEqual(picture, Decode(Save(picture)), $"{layout}, {bitDepth} bits");
        }
    }

    [TestMethod]
    public void Filters_AreThoseOfThePlainRule()
    {
        var picture = Pictures.Fixture("scene");
        var plain = new PlainPng(picture.Width, picture.Height, 2, 8) { Sample = (x, y, channel) => picture[x, y, channel] };
        var chooser = new PngFilterChooser(3 * picture.Width, 3);
        for (var y = 0; y < picture.Height; y++)
        {
            picture.Row8(y).CopyTo(chooser.Row);
            var chosen = chooser.Filter().ToArray();
            var candidates = Enumerable.Range(0, 5).Select(filter => plain.FilteredRow(y, filter)).ToArray();
            CollectionAssert.AreEqual(candidates.MinBy(row => row.Skip(1).Sum(value => Math.Abs((int)(sbyte)value))), chosen, $"row {y}");
        }
    }

    [TestMethod]
    public void SmoothPictures_AreSmallFiles() =>
        Assert.IsLessThan(10_000, Save(Ramp(500, 400, PixelLayout.Rgb, 8)).Length);

    [TestMethod]
    public void WrongUse_IsNamed()
    {
        using var stream = new MemoryStream();
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new PngWriter(stream, 0, 1, PixelLayout.Rgb, 8));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new PngWriter(stream, 1, 0, PixelLayout.Rgb, 8));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new PngWriter(stream, 1, 1, (PixelLayout)5, 8));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new PngWriter(stream, 1, 1, PixelLayout.Rgb, 4));
        using var writer = new PngWriter(stream, 2, 1, PixelLayout.Rgb, 8);
        Assert.ThrowsExactly<ArgumentException>(() => writer.WriteRow(new byte[5]));
        Assert.ThrowsExactly<InvalidOperationException>(() => writer.WriteRow(new ushort[6]));
        Assert.ThrowsExactly<InvalidOperationException>(writer.Complete);
        writer.WriteRow(new byte[6]);
        Assert.ThrowsExactly<InvalidOperationException>(() => writer.WriteRow(new byte[6]));
        writer.Complete();
        Assert.ThrowsExactly<InvalidOperationException>(writer.Complete);
    }

    [TestMethod]
    public void R7_GivenUpHalfway_IsNoWholeFile()
    {
        using var stream = new MemoryStream();
        using (var writer = new PngWriter(stream, 100, 2, PixelLayout.Rgb, 8))
            writer.WriteRow(new byte[300]);
        Assert.ThrowsExactly<PictureFormatException>(() => Decode(stream.ToArray()));
    }

    [TestMethod]
    public void Memory_IsRowsNotPictures()
    {
        var row = new byte[3 * 4000];
        new Random(1).NextBytes(row);
        var before = GC.GetAllocatedBytesForCurrentThread();
        using var writer = new PngWriter(Stream.Null, 4000, 500, PixelLayout.Rgb, 8);
        for (var y = 0; y < 500; y++)
            writer.WriteRow(row);
        writer.Complete();
        Assert.IsLessThan(1_000_000, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static Picture Ramp(int width, int height, PixelLayout layout, int bitDepth) =>
        Pictures.Make(width, height, layout, bitDepth, (x, y, channel) => (x * 3 + y * 2 + channel * 50) % (bitDepth == 8 ? 256 : 65536));

    private static byte[] Save(Picture picture)
    {
        using var stream = new MemoryStream();
        PngFile.Save(picture, stream);
        return stream.ToArray();
    }

    private static Picture Decode(byte[] file) => new PngDecoder().Decode(new MemoryStream(file), 1 << 20);
}
