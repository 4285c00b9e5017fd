using System.Buffers.Binary;
using System.Diagnostics;
using AdaFormer.Imaging;
using AdaFormer.ImageSharp;
using AdaFormer.Imaging.Png;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.Formats;
using SixLabors.ImageSharp.Formats.Bmp;
using SixLabors.ImageSharp.Formats.Gif;
using SixLabors.ImageSharp.Formats.Jpeg;
using SixLabors.ImageSharp.Formats.Tiff;
using SixLabors.ImageSharp.Formats.Webp;
using SixLabors.ImageSharp.Metadata.Profiles.Exif;
using SixLabors.ImageSharp.PixelFormats;

namespace AdaFormer.Tests.ImageSharp;

[TestClass]
public class ImageSharpDecoderTests
{
    private static readonly IImageEncoder[] Encoders =
        [new JpegEncoder { Quality = 95 }, new WebpEncoder { FileFormat = WebpFileFormatType.Lossless }, new TiffEncoder(), new BmpEncoder(), new GifEncoder()];

    public static IEnumerable<object[]> EncoderNumbers => Enumerable.Range(0, Encoders.Length).Select(i => new object[] { i });

    [TestMethod]
    [DynamicData(nameof(EncoderNumbers))]
    public void Colour_IsRgb(int encoder)
    {
        foreach (var (width, height) in new[] { (1, 1), (7, 1), (1, 9), (79, 97) })
        {
            var image = Smooth<Rgb24>(width, height, (x, y) => new Rgb24((byte)(100 + x), (byte)(100 + y), 50));
            var picture = Decode(Encode(image, Encoders[encoder]));
            Assert.AreEqual((width, height, PixelLayout.Rgb, 8), (picture.Width, picture.Height, picture.Layout, picture.BitDepth));
            // GIF has 256 colours only and JPEG loses some.
            AssertNear(image, picture, Encoders[encoder] is GifEncoder ? 30 : Encoders[encoder] is JpegEncoder ? 4 : 0);
        }
    }

    [TestMethod]
    public void R14_GrayJpeg_StaysGray()
    {
        var picture = Decode(Encode(Smooth<L8>(20, 10, (x, y) => new L8((byte)(100 + x + y))), new JpegEncoder { Quality = 100, ColorType = JpegColorType.Luminance }));
        Assert.AreEqual((PixelLayout.Gray, 8), (picture.Layout, picture.BitDepth));
        Assert.AreEqual(112, picture[5, 7, 0], 1.0);
    }

    [TestMethod]
    [DataRow(30), DataRow(60), DataRow(75), DataRow(92), DataRow(97)]
    public void AJpegsQualityIsKnownByItsTables(int quality)
    {
        var image = Smooth<Rgb24>(48, 32, (x, y) => new Rgb24((byte)(100 + x), (byte)(100 + y), 50));
        image.Metadata.ExifProfile = new ExifProfile();
        image.Metadata.ExifProfile.SetValue(ExifTag.Orientation, (ushort)6);
        Assert.AreEqual(quality, Decode(Encode(image, new JpegEncoder { Quality = quality })).Metadata.JpegQuality!.Value, 1.0);
        Assert.AreEqual(quality, Decode(Encode(image, new JpegEncoder { Quality = quality, ColorType = JpegColorType.Luminance })).Metadata.JpegQuality!.Value, 1.0);
        Assert.IsNull(Decode(Encode(image, new TiffEncoder())).Metadata.JpegQuality);
        Assert.IsNull(Decode(Encode(image, new WebpEncoder { Quality = quality })).Metadata.JpegQuality);
    }

    [TestMethod]
    public void R14_AlphaInWebP_StaysStraightAndExact()
    {
        var image = Smooth<Rgba32>(5, 4, (x, y) => new Rgba32((byte)(10 * x), (byte)(20 * y), 200, (byte)(60 * y + 1)));
        var picture = Decode(Encode(image, new WebpEncoder { FileFormat = WebpFileFormatType.Lossless, TransparentColorMode = WebpTransparentColorMode.Preserve }));
        Assert.AreEqual((PixelLayout.Rgba, 8), (picture.Layout, picture.BitDepth));
        Assert.AreEqual(new Rgba32(30, 20, 200, 61), new Rgba32((byte)picture[3, 1, 0], (byte)picture[3, 1, 1], (byte)picture[3, 1, 2], (byte)picture[3, 1, 3]));
    }

    [TestMethod]
    [DataRow(1, 8), DataRow(1, 16), DataRow(3, 8), DataRow(3, 16)]
    public void R14_Tiff_KeepsGrayAndBitDepth(int channels, int bits)
    {
        ushort[] samples = [1, 2, 3, 40, 50, 60, 255, 254, 253, 7, 8, 9];
        var picture = Decode(PlainTiff(4 / (channels == 1 ? 1 : 2), channels == 1 ? 3 : 2, channels, bits, samples));
        Assert.AreEqual((channels == 1 ? PixelLayout.Gray : PixelLayout.Rgb, bits), (picture.Layout, picture.BitDepth));
        var decoded = Enumerable.Range(0, samples.Length).Select(i => (ushort)picture[i / channels % picture.Width, i / channels / picture.Width, i % channels]);
        CollectionAssert.AreEqual(samples, decoded.ToArray());
    }

    [TestMethod]
    [DataRow(1, 0, 0), DataRow(2, 2, 0), DataRow(3, 2, 1), DataRow(4, 0, 1), DataRow(5, 0, 0), DataRow(6, 1, 0), DataRow(7, 1, 2), DataRow(8, 0, 2)]
    public void R14_Orientation_IsAppliedOnce(int orientation, int brightX, int brightY)
    {
        foreach (IImageEncoder encoder in new IImageEncoder[] { new JpegEncoder { Quality = 100 }, new TiffEncoder() })
        {
            // Blocks of 16, as JPEG blurs across smaller ones; the block at the top left is bright.
            var image = Smooth<Rgb24>(48, 32, (x, y) => x < 16 && y < 16 ? new Rgb24(255, 255, 255) : new Rgb24(0, 0, 0));
            image.Metadata.ExifProfile = new ExifProfile();
            image.Metadata.ExifProfile.SetValue(ExifTag.Orientation, (ushort)orientation);
            image.Frames.RootFrame.Metadata.ExifProfile = image.Metadata.ExifProfile;
            var picture = Decode(Encode(image, encoder));
            Assert.AreEqual(orientation >= 5 ? (32, 48) : (48, 32), (picture.Width, picture.Height), $"{encoder}");
            for (var y = 0; y < picture.Height / 16; y++)
            for (var x = 0; x < picture.Width / 16; x++)
                Assert.AreEqual(x == brightX && y == brightY ? 255.0 : 0, picture[16 * x + 8, 16 * y + 8, 0], 10.0, $"{encoder} {x} {y}");
        }
    }

    [TestMethod]
    [DynamicData(nameof(EncoderNumbers))]
    public void R7_TruncatedAtAnyByte_IsRefusedOrAPicture(int encoder)
    {
        var file = SmallFile(encoder);
        for (var length = 0; length < file.Length; length++)
            AssertRefusedOrPicture(file[..length], $"{length} of {file.Length} bytes");
    }

    [TestMethod]
    [DynamicData(nameof(EncoderNumbers))]
    public void R7_FlippedBits_AreRefusedOrAPicture(int encoder)
    {
        var file = SmallFile(encoder);
        for (var bit = 0; bit < 8 * file.Length; bit++)
        {
            var changed = (byte[])file.Clone();
            changed[bit / 8] ^= (byte)(1 << bit % 8);
            AssertRefusedOrPicture(changed, $"bit {bit}");
        }
    }

    [TestMethod]
    public void R3_TooManyPixels_AreRefusedFromTheHeader()
    {
        var bitmap = Encode(new Image<Rgb24>(1, 1), new BmpEncoder());
        BinaryPrimitives.WriteInt32LittleEndian(bitmap.AsSpan(18), 30_000);
        BinaryPrimitives.WriteInt32LittleEndian(bitmap.AsSpan(22), 30_000);
        var watch = Stopwatch.StartNew();
        var error = Assert.ThrowsExactly<PictureFormatException>(() => new ImageSharpDecoder().Decode(new MemoryStream(bitmap), 1 << 28));
        Assert.Contains("30000×30000", error.Message);
        Assert.IsLessThan(500, watch.ElapsedMilliseconds);
    }

    [TestMethod]
    public void OnlyItsFormats_AreRecognised()
    {
        var decoder = new ImageSharpDecoder();
        for (var encoder = 0; encoder < Encoders.Length; encoder++)
            Assert.AreEqual(Encoders[encoder] is not TiffEncoder, decoder.Recognizes(SmallFile(encoder).AsSpan(0, decoder.SignatureLength)));
        Assert.IsFalse(decoder.Recognizes(File.ReadAllBytes(TestData.Fixture("pictures", "odd.png"))));
        Assert.IsFalse(decoder.Recognizes([]));
        Assert.ThrowsExactly<PictureFormatException>(() => Decode([1, 2, 3]));
    }

    [TestMethod]
    public void AReader_TakesBothDecoders()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder.File("a.png"), SmallFile(0));
        var reader = PictureFormats.Reader();
        Assert.AreEqual(9, reader.Read(folder.File("a.png")).Width);
        Assert.AreEqual(83, reader.Read(TestData.Fixture("pictures", "odd.png")).Width);
    }

    private static byte[] SmallFile(int encoder) =>
        Encode(Smooth<Rgb24>(9, 7, (x, y) => new Rgb24((byte)(20 * x), (byte)(30 * y), (byte)(x * y))), Encoders[encoder]);

    private static Image<TPixel> Smooth<TPixel>(int width, int height, Func<int, int, TPixel> pixel) where TPixel : unmanaged, IPixel<TPixel>
    {
        var image = new Image<TPixel>(width, height);
        for (var y = 0; y < height; y++)
        for (var x = 0; x < width; x++)
            image[x, y] = pixel(x, y);
        return image;
    }

    private static byte[] Encode(Image image, IImageEncoder encoder)
    {
        using var stream = new MemoryStream();
        image.Save(stream, encoder);
        return stream.ToArray();
    }

    // Little-endian, one strip, not compressed.
    private static byte[] PlainTiff(int width, int height, int channels, int bits, ushort[] samples)
    {
        var data = samples.SelectMany(sample => bits == 8 ? [(byte)sample] : BitConverter.GetBytes(sample)).ToArray();
        (int Tag, int Type, int Count, int Value)[] tags =
        [
            (256, 4, 1, width), (257, 4, 1, height), (258, 3, channels, channels == 1 ? bits : 8), (259, 3, 1, 1), (262, 3, 1, channels == 1 ? 1 : 2),
            (273, 4, 1, 200), (277, 3, 1, channels), (278, 4, 1, height), (279, 4, 1, data.Length),
        ];
        var file = new byte[200 + data.Length];
        new byte[] { (byte)'I', (byte)'I', 42, 0, 16 }.CopyTo(file, 0);
        for (var i = 0; i < 3; i++)
            file[8 + 2 * i] = (byte)bits;
        file[16] = (byte)tags.Length;
        for (var i = 0; i < tags.Length; i++)
        {
            var entry = file.AsSpan(18 + 12 * i);
            BinaryPrimitives.WriteInt16LittleEndian(entry, (short)tags[i].Tag);
            BinaryPrimitives.WriteInt16LittleEndian(entry[2..], (short)tags[i].Type);
            BinaryPrimitives.WriteInt32LittleEndian(entry[4..], tags[i].Count);
            BinaryPrimitives.WriteInt32LittleEndian(entry[8..], tags[i].Value);
        }

        data.CopyTo(file, 200);
        return file;
    }

    private static Picture Decode(byte[] file) => AllFormats.Decode(file);

    private static void AssertNear(Image<Rgb24> image, Picture picture, double tolerance)
    {
        for (var y = 0; y < picture.Height; y++)
        for (var x = 0; x < picture.Width; x++)
        {
            Assert.AreEqual(image[x, y].R, picture[x, y, 0], tolerance, $"red at {x}, {y}");
            Assert.AreEqual(image[x, y].G, picture[x, y, 1], tolerance, $"green at {x}, {y}");
            Assert.AreEqual(image[x, y].B, picture[x, y, 2], tolerance, $"blue at {x}, {y}");
        }
    }

    private static void AssertRefusedOrPicture(byte[] file, string message) =>
        HostileFile.AssertRefusedOrRead<PictureFormatException>(() => Decode(file), message);
}
