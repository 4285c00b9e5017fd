using AdaFormer.Files;
using AdaFormer.Imaging;
using AdaFormer.Tests.Files;
using AdaFormer.Tests.Imaging;

namespace AdaFormer.Tests.Upscaling;

/// <summary>R14 as far as the network is concerned.</summary>
[TestClass]
public class ColorPromiseTests
{
    private static readonly Lazy<UpscalingModel> Model = new(() => Models.Load("tiny-x2-skip"));
    private static readonly Lazy<UpscalingModel> Trained = new(() => UpscalingModel.LoadBuiltIn());
    private static readonly UpscaleOptions SmallTiles = new() { TileSize = 32, TileOverlap = 8 };

    [TestMethod]
    public void R14_AnyConstantAlphaStaysExact()
    {
        var upscaler = new Upscaler(Model.Value, new UpscaleOptions { HaltingThreshold = -1 });
        foreach (var layout in new[] { PixelLayout.GrayAlpha, PixelLayout.Rgba })
        {
            for (var alpha = 0; alpha <= 255; alpha++)
                AssertAlpha(upscaler, layout, 8, alpha);
            for (var alpha = 0; alpha <= 65535; alpha += alpha < 300 ? 1 : 397)
                AssertAlpha(upscaler, layout, 16, alpha);
            AssertAlpha(upscaler, layout, 16, 65535);
        }
    }

    [TestMethod]
    public void R14_ConstantPartsOfAlphaStayExact()
    {
        // Opaque, transparent and half of both, beside each other: away from where they meet nothing may change, over tiles too.
        var picture = Models.Picture(60, 40, PixelLayout.Rgba);
        Each(picture, (x, _) => x < 20 ? 255 : x < 40 ? 0 : 137);

        foreach (var options in new[] { null, SmallTiles })
        {
            var result = new Upscaler(Model.Value, options).Upscale(picture).Picture;
            for (var y = 0; y < result.Height; y++)
            {
                for (var x = 0; x < result.Width; x++)
                {
                    if (Math.Min(Math.Abs((x / 2) - 20), Math.Abs((x / 2) - 40)) > 3)
                        Assert.AreEqual(x < 40 ? 255 : x < 80 ? 0 : 137, result[x, y, 3], $"{x}, {y}");
                }
            }
        }
    }

    [TestMethod]
    [DataRow(8), DataRow(16)]
    public void R14_HiddenColoursDoNotBleed(int bitDepth)
    {
        // A disk with a soft edge on transparent ground: whatever colours lie hidden there, what is seen must be the same.
        Picture[] results = [.. new[] { (0, 0, 0), (1, 0, 1), (0, 1, 0) }.Select(hidden => new Upscaler(Trained.Value, SmallTiles with { TileSize = 48 }).Upscale(Disk(bitDepth, hidden)).Picture)];
        var disk = Disk(bitDepth, (0, 0, 0));
        for (var y = 0; y < results[0].Height; y++)
        {
            for (var x = 0; x < results[0].Width; x++)
            {
                var alpha = results[0][x, y, 3];
                Assert.IsTrue(results.All(result => result[x, y, 3] == alpha));
                if (alpha == 0)
                    continue;
                for (var channel = 0; channel < 3; channel++)
                {
                    Assert.IsTrue(results.All(result => result[x, y, channel] == results[0][x, y, channel]), $"channel {channel} at {x}, {y}");
                    // The disk has one colour, and so has its edge: nothing dark comes in from outside.
                    Assert.AreEqual(disk[24, 24, channel], results[0][x, y, channel], 0.1 * disk.MaxValue, $"channel {channel} at {x}, {y}");
                }
            }
        }
    }

    [TestMethod]
    public void R14_HiddenColoursDoNotBleedWhenOnlyResampled()
    {
        var disk = Disk(8, (1, 0, 1));
        var result = Sized.Upscale(new ModelSelector(Model.Value), TargetSize.OfWidth(20), disk);
        for (var y = 0; y < result.Height; y++)
        {
            for (var x = 0; x < result.Width; x++)
            {
                for (var channel = 0; channel < 3; channel++)
                    Assert.IsTrue(result[x, y, 3] == 0 || Math.Abs(result[x, y, channel] - disk[24, 24, channel]) <= 1, $"{x}, {y}");
            }
        }
    }

    [TestMethod]
    [DataRow(PixelLayout.Rgb, 8), DataRow(PixelLayout.Rgb, 16), DataRow(PixelLayout.Rgba, 8), DataRow(PixelLayout.Rgba, 16)]
    public void R14_GreyStoredAsColourStaysGrey(PixelLayout layout, int bitDepth)
    {
        var gray = Models.Picture(45, 37, PixelLayout.Gray, bitDepth);
        var color = Pictures.Make(45, 37, layout, bitDepth, (x, y, channel) => channel == 3 ? (x * y) % 250 : gray[x, y, 0]);
        foreach (var options in new[] { null, SmallTiles })
        {
            var result = new Upscaler(Model.Value, options).Upscale(color).Picture;
            for (var y = 0; y < result.Height; y++)
            {
                for (var x = 0; x < result.Width; x++)
                    Assert.IsTrue(result[x, y, 0] == result[x, y, 1] && result[x, y, 1] == result[x, y, 2]);
            }
        }
    }

    [TestMethod]
    public void R14_GreyIsTheSameWithAndWithoutAlphaAndColours()
    {
        var gray = Models.Picture(31, 26, PixelLayout.Gray);
        var expected = new Upscaler(Model.Value).Upscale(gray).Picture;
        foreach (var layout in new[] { PixelLayout.GrayAlpha, PixelLayout.Rgb, PixelLayout.Rgba })
        {
            var other = Pictures.Make(31, 26, layout, 8, (x, y, channel) => channel == (int)layout - 1 && layout.HasAlpha() ? 200 : gray[x, y, 0]);
            var result = new Upscaler(Model.Value).Upscale(other).Picture;
            Pictures.AssertEqual(expected, Pictures.Make(62, 52, PixelLayout.Gray, 8, (x, y, _) => result[x, y, 0]), $"{layout}");
            Assert.AreEqual(layout, result.Layout);
        }
    }

    [TestMethod]
    public void R14_ADark16BitPictureStays16Bit()
    {
        // No sample reaches 256: taken for 8 bits it would be bright, cut to 8 bits black.
        var picture = Pictures.Make(33, 29, PixelLayout.Rgb, 16, (x, y, channel) => 40 + (5 * x) + (channel * 10) + (y % 7));
        var result = new Upscaler(Trained.Value).Upscale(picture).Picture;
        Assert.AreEqual(16, result.BitDepth);
        var samples = Enumerable.Range(0, result.Height).SelectMany(y => result.Row16(y).ToArray()).ToArray();
        Console.WriteLine($"{samples.Distinct().Count()} levels, {samples.Min()} to {samples.Max()}");
        Assert.IsGreaterThan(100, samples.Distinct().Count());
        Assert.IsLessThan(3 * 257, samples.Max());
    }

    [TestMethod]
    public void R14_MetadataGoesAlong()
    {
        var picture = Models.Picture(20, 15);
        picture.Metadata = new PictureMetadata
        {
            IccProfile = PlainMetadata.Profile("RGB "), Exif = PlainMetadata.Exif(1), Xmp = [1, 2], Density = new PixelDensity(300, 300),
            PngColors = new Dictionary<string, byte[]> { ["sRGB"] = [0] },
        };

        var metadata = new Upscaler(Model.Value).Upscale(picture).Picture.Metadata;

        Assert.AreEqual(picture.Metadata with { Exif = metadata.Exif }, metadata);
        Assert.AreEqual((40, 30), (PlainMetadata.Number(metadata.Exif!, 40962), PlainMetadata.Number(metadata.Exif!, 40963)));
    }

    [TestMethod]
    public void R14_MetadataIsThePicturesOwn()
    {
        // One upscaler, two pictures: nothing of the first may be said of the second.
        var upscaler = new Upscaler(Model.Value);
        var first = Models.Picture(9, 9);
        first.Metadata = new PictureMetadata { Exif = PlainMetadata.Exif(1), Density = new PixelDensity(300, 300) };
        upscaler.Upscale(first);
        Assert.IsTrue(upscaler.Upscale(Models.Picture(9, 9)).Picture.Metadata is { Exif: null, Density: null });
    }

    [TestMethod]
    public void R16_InfinityInAlphaIsAnErrorToo()
    {
        using var memory = new RentedMemory();
        var alpha = new AlphaTile(new PictureBand(Models.Picture(9, 9, PixelLayout.Rgba), 0), new Tile(0, 0, 9, 9, 0, 0, 9, 9), memory);
        var tensor = Enumerable.Repeat(0.5f, 3 * 18 * 18).ToArray();
        tensor[^1] = float.NaN;
        Assert.ThrowsExactly<UpscalingException>(() => alpha.Write(tensor, new PictureBand(new Picture(18, 18, PixelLayout.Rgba), 0), 2));
    }

    private static void AssertAlpha(Upscaler upscaler, PixelLayout layout, int bitDepth, int alpha)
    {
        var picture = Models.Picture(5, 4, layout, bitDepth);
        Each(picture, (_, _) => alpha);
        var result = upscaler.Upscale(picture).Picture;
        for (var y = 0; y < result.Height; y++)
        {
            for (var x = 0; x < result.Width; x++)
                Assert.AreEqual(alpha, result[x, y, result.Channels - 1]);
        }
    }

    private static void Each(Picture picture, Func<int, int, int> alpha)
    {
        for (var y = 0; y < picture.Height; y++)
        {
            for (var x = 0; x < picture.Width; x++)
                picture[x, y, picture.Channels - 1] = alpha(x, y);
        }
    }

    private static Picture Disk(int bitDepth, (int, int, int) hidden)
    {
        var maximum = bitDepth == 8 ? 255 : 65535;
        int[] inside = [maximum, maximum / 2, maximum / 5], outside = [maximum * hidden.Item1, maximum * hidden.Item2, maximum * hidden.Item3];
        return Pictures.Make(60, 60, PixelLayout.Rgba, bitDepth, (x, y, channel) =>
        {
            var alpha = (int)(Math.Clamp(17 - Math.Sqrt(((x - 24) * (x - 24)) + ((y - 24) * (y - 24))), 0, 1) * maximum);
            return channel == 3 ? alpha : alpha > 0 ? inside[channel] : outside[channel];
        });
    }
}
