using AdaFormer.Imaging;
using AdaFormer.ImageSharp;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.Formats.Jpeg;
using SixLabors.ImageSharp.Metadata.Profiles.Exif;
using SixLabors.ImageSharp.Metadata.Profiles.Icc;
using SixLabors.ImageSharp.PixelFormats;
using SixLabors.ImageSharp.Processing;

namespace AdaFormer.Tests.ImageSharp;

[TestClass]
public class AdaFormerUpscaleTests
{
    private static readonly Lazy<UpscalingModel> Twice = new(() => UpscalingModel.Load(Path.Combine(TestData.Repository, "models", "tiny-x2", "tiny-x2.onnx")));

    [TestMethod]
    public void EveryPixelTypeBecomesWhatTheUpscalerMakesOfIt()
    {
        Check<Rgb24>(PixelLayout.Rgb, 8);
        Check<Bgr24>(PixelLayout.Rgb, 8);
        Check<Rgba32>(PixelLayout.Rgba, 8);
        Check<Bgra32>(PixelLayout.Rgba, 8);
        Check<L8>(PixelLayout.Gray, 8);
        Check<La16>(PixelLayout.GrayAlpha, 8);
        Check<L16>(PixelLayout.Gray, 16);
        Check<La32>(PixelLayout.GrayAlpha, 16);
        Check<Rgb48>(PixelLayout.Rgb, 16);
        Check<Rgba64>(PixelLayout.Rgba, 16);
        Check<RgbaVector>(PixelLayout.Rgba, 16);
    }

    [TestMethod]
    public void WithoutAModelItIsTheBuiltInOne()
    {
        using var image = new Image<Rgb24>(13, 7, new Rgb24(10, 20, 30));
        image.Metadata.ExifProfile = new ExifProfile(PlainMetadata.Exif(1));
        using var clone = image.Clone(context => context.AdaFormerUpscale().Rotate(90));
        Assert.AreEqual((28, 52), (clone.Width, clone.Height));
        Assert.AreEqual((13, 7), (image.Width, image.Height));
        Assert.AreEqual(("52", "40"), (WidthInExif(clone), WidthInExif(image)), "of what the upscaling gave; the source stays");
    }

    [TestMethod]
    public void WithoutAModelAJpegGetsTheOneForIt()
    {
        using var scene = Image.Load<Rgb24>(Path.Combine(TestData.Repository, "samples", "scene-small.png"));
        scene.Mutate(context => context.Crop(120, 90));
        using var file = new MemoryStream();
        scene.SaveAsJpeg(file, new JpegEncoder { Quality = 50 });
        file.Position = 0;
        using var jpeg = Image.Load<Rgb24>(file);

        foreach (var (image, name) in new[] { (scene, "tiny-x4"), (jpeg, "photo-x4") })
        {
            using var model = UpscalingModel.LoadByName(name);
            using var expected = image.Clone(context => context.AdaFormerUpscale(model));
            using var actual = image.Clone(context => context.AdaFormerUpscale());
            for (var y = 0; y < expected.Height; y++)
            {
                for (var x = 0; x < expected.Width; x++)
                    Assert.AreEqual(expected[x, y], actual[x, y], name);
            }
        }
    }

    [TestMethod]
    public void AllFramesGrowAndMetadataStays()
    {
        using var image = new Image<Rgba32>(12, 9, new Rgba32(200, 100, 50, 255));
        image.Frames.AddFrame(new Image<Rgba32>(12, 9, new Rgba32(0, 100, 250, 90)).Frames.RootFrame);
        image.Metadata.IccProfile = new IccProfile(PlainMetadata.Profile("RGB "));
        image.Metadata.ExifProfile = new ExifProfile(PlainMetadata.Exif(1));

        image.Mutate(context => context.AdaFormerUpscale(Twice.Value, new UpscaleOptions { HaltingThreshold = -1 }));

        Assert.AreEqual((24, 18, 2), (image.Width, image.Height, image.Frames.Count));
        Assert.AreEqual(255, image.Frames[0][11, 9].A);
        Assert.AreEqual(90, image.Frames[1][11, 9].A);
        Assert.IsNotNull(image.Metadata.IccProfile);
        Assert.AreEqual("24", WidthInExif(image));
        Assert.IsNotNull(image.Metadata.ExifProfile.GetValue(ExifTag.Make));
    }

    [TestMethod]
    public void WrongOptionsAreRefused()
    {
        using var image = new Image<L8>(3, 3);
        Assert.Throws<Exception>(() => image.Mutate(context => context.AdaFormerUpscale(Twice.Value, new UpscaleOptions { TileSize = 1 })));
        Assert.ThrowsExactly<ArgumentNullException>(() => AdaFormerUpscaleExtensions.AdaFormerUpscale(null!));
    }

    private static string? WidthInExif(Image image) => image.Metadata.ExifProfile!.Values.Single(value => value.Tag == ExifTag.PixelXDimension).GetValue()?.ToString();

    private static void Check<TPixel>(PixelLayout layout, int bitDepth) where TPixel : unmanaged, IPixel<TPixel>
    {
        var picture = new Picture(17, 12, layout, bitDepth);
        for (var i = 0; i < 17 * 12 * picture.Channels; i++)
            picture[i / picture.Channels % 17, i / picture.Channels / 17, i % picture.Channels] = (int)((0.5 + (0.4 * Math.Sin(i / 9.0))) * picture.MaxValue);
        using var image = new Image<TPixel>(17, 12);
        for (var i = 0; i < 17 * 12; i++)
        {
            TPixel pixel = default;
            pixel.FromRgba64(Wide(picture, i % 17, i / 17));
            image[i % 17, i / 17] = pixel;
        }

        var expected = new Upscaler(Twice.Value).Upscale(picture).Picture;
        image.Mutate(context => context.AdaFormerUpscale(Twice.Value));

        Assert.AreEqual((34, 24), (image.Width, image.Height));
        using var wide = image.CloneAs<Rgba64>();
        // ImageSharp's vector type has rounding of its own.
        var tolerance = typeof(TPixel) == typeof(RgbaVector) ? 1.0 : 0;
        for (var i = 0; i < 34 * 24; i++)
        {
            var (want, got) = (Wide(expected, i % 34, i / 34), wide[i % 34, i / 34]);
            Assert.AreEqual(want.R, got.R, tolerance, $"{typeof(TPixel).Name}");
            Assert.AreEqual(want.G, got.G, tolerance, $"{typeof(TPixel).Name}");
            Assert.AreEqual(want.B, got.B, tolerance, $"{typeof(TPixel).Name}");
            Assert.AreEqual(want.A, got.A, tolerance, $"{typeof(TPixel).Name}");
        }
    }

    private static Rgba64 Wide(Picture picture, int x, int y)
    {
        ushort Sample(int channel) => (ushort)(picture[x, y, picture.Layout.IsGray() && channel < 3 ? 0 : Math.Min(channel, picture.Channels - 1)] * (picture.BitDepth == 8 ? 257 : 1));
        return new Rgba64(Sample(0), Sample(1), Sample(2), picture.Layout.HasAlpha() ? Sample(3) : ushort.MaxValue);
    }
}
