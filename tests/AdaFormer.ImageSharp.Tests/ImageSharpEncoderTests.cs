using AdaFormer.Imaging;
using AdaFormer.ImageSharp;
using AdaFormer.Imaging.Png;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.Formats.Jpeg;
using SixLabors.ImageSharp.Formats.Tiff;
using SixLabors.ImageSharp.Metadata.Profiles.Exif;
using SixLabors.ImageSharp.PixelFormats;

namespace AdaFormer.Tests.ImageSharp;

[TestClass]
public class ImageSharpEncoderTests
{
    public static IEnumerable<object[]> AllLayouts =>
        from layout in Enum.GetValues<PixelLayout>()
        from bitDepth in new[] { 8, 16 }
        select new object[] { layout, bitDepth };

    [TestMethod]
    [DynamicData(nameof(AllLayouts))]
    public void R14_Tiff_IsExactInEveryLayoutAndDepth(PixelLayout layout, int bitDepth)
    {
        foreach (var (width, height) in new[] { (1, 1), (7, 1), (1, 9), (79, 97), (3000, 60) })
        {
            foreach (var exif in new[] { null, PlainMetadata.Exif(1), PlainMetadata.Exif(1, bigEndian: true) })
            {
                var picture = Noise(width, height, layout, bitDepth);
                picture.Metadata = new PictureMetadata { Exif = exif };
                var file = Encode(picture, ".tif");
                // ImageSharp is the oracle, which gives any TIFF in the pixels that are asked for, but cannot read grey with alpha.
                using var image = layout == PixelLayout.GrayAlpha ? null : Image.Load<Rgba64>(file);
                var read = Decode(file);
                for (var i = 0; i < 200; i++)
                {
                    var (x, y) = (i * 7919 % width, i * 104729 % height);
                    Assert.AreEqual(Expected(picture, x, y), image?[x, y] ?? Expected(read, x, y), $"{width}×{height} at {x}, {y}, {(exif is null ? "" : $"{(char)exif[0]}")}");
                    Assert.AreEqual(Expected(picture, x, y), Expected(read, x, y));
                }
            }
        }
    }

    [TestMethod]
    public void R14_Tiff_KeepsGreyAndDepthThroughTheDecoder()
    {
        foreach (var bitDepth in new[] { 8, 16 })
        {
            var gray = Decode(Encode(Noise(20, 10, PixelLayout.Gray, bitDepth), ".tiff"));
            Assert.AreEqual((PixelLayout.Gray, bitDepth), (gray.Layout, gray.BitDepth));
            var rgb = Decode(Encode(Noise(20, 10, PixelLayout.Rgb, bitDepth), ".tiff"));
            Assert.AreEqual((PixelLayout.Rgb, bitDepth), (rgb.Layout, rgb.BitDepth));
        }
    }

    [TestMethod]
    public void Tiff_GoesToStreamsThatCannotSeekAndBehindOtherBytes()
    {
        var picture = Noise(30, 20, PixelLayout.Rgb, 8);
        var expected = Encode(picture, ".tif");
        using var behind = new MemoryStream();
        behind.Write([1, 2, 3]);
        AllFormats.Encode(picture, behind, ".tif");
        CollectionAssert.AreEqual(expected, behind.ToArray()[3..]);
        using var written = new MemoryStream();
        using (var pipe = new System.IO.Compression.BrotliStream(written, System.IO.Compression.CompressionMode.Compress, leaveOpen: true))
            AllFormats.Encode(picture, pipe, ".tif");
        written.Position = 0;
        using var unpacked = new MemoryStream();
        new System.IO.Compression.BrotliStream(written, System.IO.Compression.CompressionMode.Decompress).CopyTo(unpacked);
        CollectionAssert.AreEqual(expected, unpacked.ToArray());
    }

    [TestMethod]
    public void Jpeg_IsGoodFullColourAndGreyWhereThePictureIs()
    {
        var color = Smooth(79, 97, PixelLayout.Rgb, 8);
        using (var image = Image.Load<Rgb24>(Encode(color, ".jpg")))
        {
            Assert.AreEqual(JpegColorType.YCbCrRatio444, image.Metadata.GetJpegMetadata().ColorType);
            Assert.AreEqual(92, image.Metadata.GetJpegMetadata().Quality, 1.0);
            AssertNear(color, image, 10);
        }

        using var gray = Image.Load<Rgb24>(Encode(Smooth(79, 97, PixelLayout.Gray, 16), ".jpeg"));
        Assert.AreEqual(JpegColorType.Luminance, gray.Metadata.GetJpegMetadata().ColorType);
        AssertNear(Smooth(79, 97, PixelLayout.Gray, 8), gray, 6);
        var encoder = new ImageSharpEncoder(new ImageSharpEncoderOptions { Quality = 20 });
        Assert.IsLessThan(Encode(color, ".jpg").Length / 2, Encode(color, ".jpg", encoder).Length);
        Assert.IsLessThan(Encode(color, ".webp").Length / 2, Encode(color, ".webp", encoder).Length);
    }

    [TestMethod]
    public void Jpeg_LaysTransparentPicturesOnWhite()
    {
        var picture = new Picture(48, 16, PixelLayout.Rgba);
        for (var y = 0; y < 16; y++)
        {
            for (var x = 0; x < 48; x++)
                (picture[x, y, 0], picture[x, y, 3]) = (200, x < 16 ? 0 : x < 32 ? 255 : 51);
        }

        using var image = Image.Load<Rgb24>(Encode(picture, ".jpg", new ImageSharpEncoder(new ImageSharpEncoderOptions { Quality = 100 })));
        foreach (var (x, red, other) in new[] { (8, 255, 255), (24, 200, 0), (40, 244, 204) })
        {
            Assert.AreEqual(red, image[x, 8].R, 3.0);
            Assert.AreEqual(other, image[x, 8].G, 3.0);
        }
    }

    [TestMethod]
    [DynamicData(nameof(AllLayouts))]
    public void LosslessWebPAndBmp_AreExact(PixelLayout layout, int bitDepth)
    {
        var encoder = new ImageSharpEncoder(new ImageSharpEncoderOptions { LosslessWebp = true });
        foreach (var extension in new[] { ".webp", ".bmp" })
        {
            var picture = Noise(31, 17, layout, bitDepth);
            using var image = Image.Load<Rgba32>(Encode(picture, extension, encoder));
            for (var i = 0; i < 31 * 17; i++)
            {
                var wide = Expected(picture, i % 31, i / 31);
                var expected = new Rgba32(Byte(wide.R), Byte(wide.G), Byte(wide.B), Byte(wide.A));
                // WebP leaves out colours that nobody sees.
                if (expected.A > 0)
                    Assert.AreEqual(expected, image[i % 31, i / 31], extension);
            }
        }

        static byte Byte(ushort value) => (byte)Math.Round(value / 257.0);
    }

    [TestMethod]
    public void LossyWebP_IsNear()
    {
        var picture = Smooth(79, 97, PixelLayout.Rgb, 8);
        using var image = Image.Load<Rgb24>(Encode(picture, ".webp"));
        AssertNear(picture, image, 20);
    }

    [TestMethod]
    public void WhatCannotBeWritten_IsNamed()
    {
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new ImageSharpEncoder(new ImageSharpEncoderOptions { Quality = 0 }));
        Assert.ThrowsExactly<NotSupportedException>(() => Encode(new Picture(1, 1, PixelLayout.Gray), ".tga"));
        Assert.Contains("16383", Assert.ThrowsExactly<PictureFormatException>(() => Encode(new Picture(16_384, 1, PixelLayout.Gray), ".webp")).Message);
        Assert.Contains("65535", Assert.ThrowsExactly<PictureFormatException>(() => Encode(new Picture(1, 65_536, PixelLayout.Gray), ".jpg")).Message);
        var writer = new PictureWriter([new PngEncoder(), new ImageSharpEncoder()]);
        Assert.Contains("16383", Assert.ThrowsExactly<PictureFormatException>(() => writer.Check("a.WEBP", 1, 16_384)).Message);
        writer.Check("a.webp", 16_383, 16_383);
        writer.Check("a.png", 1_000_000, 1);
    }

    private static Rgba64 Expected(Picture picture, int x, int y)
    {
        var factor = picture.BitDepth == 8 ? 257 : 1;
        ushort Sample(int channel) => (ushort)(picture[x, y, channel] * factor);
        var alpha = picture.Layout.HasAlpha() ? Sample(picture.Channels - 1) : ushort.MaxValue;
        return picture.Layout.IsGray() ? new Rgba64(Sample(0), Sample(0), Sample(0), alpha) : new Rgba64(Sample(0), Sample(1), Sample(2), alpha);
    }

    private static Picture Noise(int width, int height, PixelLayout layout, int bitDepth)
    {
        var random = new Random(width);
        return Make(width, height, layout, bitDepth, (_, _, _) => random.NextDouble());
    }

    private static Picture Smooth(int width, int height, PixelLayout layout, int bitDepth) =>
        Make(width, height, layout, bitDepth, (x, y, channel) => 0.5 + (0.4 * Math.Sin((x + (2 * y) + (9 * channel)) / 11.0)));

    private static Picture Make(int width, int height, PixelLayout layout, int bitDepth, Func<int, int, int, double> sample)
    {
        var picture = new Picture(width, height, layout, bitDepth);
        for (var y = 0; y < height; y++)
        for (var x = 0; x < width; x++)
        for (var channel = 0; channel < picture.Channels; channel++)
            picture[x, y, channel] = (int)(sample(x, y, channel) * picture.MaxValue);
        return picture;
    }

    private static void AssertNear(Picture expected, Image<Rgb24> image, double tolerance)
    {
        for (var y = 0; y < expected.Height; y++)
        for (var x = 0; x < expected.Width; x++)
        {
            Assert.AreEqual(expected[x, y, 0], image[x, y].R, tolerance);
            Assert.AreEqual(expected[x, y, expected.Layout.IsGray() ? 0 : 2], image[x, y].B, tolerance);
        }
    }

    private static byte[] Encode(Picture picture, string extension, ImageSharpEncoder? encoder = null)
    {
        using var stream = new MemoryStream();
        if (encoder is null)
            AllFormats.Encode(picture, stream, extension);
        else
            encoder.Encode(picture, stream, extension);
        return stream.ToArray();
    }

    private static Picture Decode(byte[] file) => AllFormats.Decode(file);
}
