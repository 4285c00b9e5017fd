using AdaFormer.Files;
using AdaFormer.Imaging;
using AdaFormer.Tests.Imaging;
using AdaFormer.Tests.Inference;

namespace AdaFormer.Tests.Files;

[TestClass]
public class TargetSizeTests
{
    [TestMethod]
    [DataRow(240, 160, 1920, 1080, 1620, 1080), DataRow(240, 160, 1000, 5000, 1000, 667), DataRow(1920, 1080, 3840, 2160, 3840, 2160)]
    [DataRow(1000, 1, 100, 100, 100, 1), DataRow(1, 1000, 100, 100, 1, 100), DataRow(60_000, 59_999, 65_536, 65_535, 65_536, 65_535)]
    public void WithinFitsInside(int width, int height, int maximumWidth, int maximumHeight, int expectedWidth, int expectedHeight) =>
        Assert.AreEqual((expectedWidth, expectedHeight), TargetSize.Within(maximumWidth, maximumHeight).Of(width, height));

    [TestMethod]
    public void WithinIsExactOnOneSideAndNeverBeyondTheOther()
    {
        var random = new Random(1);
        for (var i = 0; i < 10_000; i++)
        {
            var (w, h, maximumW, maximumH) = (random.Next(1, 5000), random.Next(1, 5000), random.Next(1, 5000), random.Next(1, 5000));
            var (width, height) = TargetSize.Within(maximumW, maximumH).Of(w, h);
            Assert.IsTrue(width <= maximumW && height <= maximumH && (width == maximumW || height == maximumH), $"{w}×{h} in {maximumW}×{maximumH}: {width}×{height}");
        }
    }

    [TestMethod]
    public void WidthHeightAndScaleAreExact()
    {
        Assert.AreEqual((1920, 1280), TargetSize.OfWidth(1920).Of(240, 160));
        Assert.AreEqual((120, 80), TargetSize.OfHeight(80).Of(240, 160));
        Assert.AreEqual((600, 400), TargetSize.Scaled(2.5).Of(240, 160));
        Assert.AreEqual((1, 1), TargetSize.Scaled(0.001).Of(240, 160));
        Assert.AreEqual("x2.5 w1920 h80 192x108", string.Join(' ', TargetSize.Scaled(2.5), TargetSize.OfWidth(1920), TargetSize.OfHeight(80), TargetSize.Within(192, 108)));
    }

    [TestMethod]
    public void NonsenseIsRefused()
    {
        foreach (var factor in new[] { 0, -1, double.NaN, double.PositiveInfinity })
            Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => TargetSize.Scaled(factor));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => TargetSize.OfWidth(0));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => TargetSize.Within(1, 0));
        Assert.ThrowsExactly<UpscalingException>(() => TargetSize.Scaled(1e9).Of(240, 160));
    }

    [TestMethod]
    [DataRow(PixelLayout.Gray), DataRow(PixelLayout.GrayAlpha), DataRow(PixelLayout.Rgb), DataRow(PixelLayout.Rgba)]
    public void R2_EverySizeComesOutExactly(PixelLayout layout)
    {
        using var model = Models.Load("tiny-x2-skip");
        var options = new UpscaleOptions { HaltingThreshold = -1 };
        foreach (var (width, height) in new[] { (1, 1), (1, 9), (13, 7), (70, 3) })
        {
            foreach (var target in new[] { 0.3, 1, 1.7, 2, 2.01, 3.9, 7 })
            {
                var expected = TargetSize.Scaled(target).Of(width, height);
                var result = new SizedUpscaler(new UpscalingModels(model), options, TargetSize.Scaled(target)).Upscale(Models.Picture(width, height, layout, 16), null, null, default);
                Assert.AreEqual(expected, (result.Picture.Width, result.Picture.Height));
                Assert.AreEqual((layout, 16), (result.Picture.Layout, result.Picture.BitDepth));
                Assert.AreEqual((width, height), (result.HaltingDepth.Width, result.HaltingDepth.Height));
            }
        }
    }

    [TestMethod]
    public void TheModelIsAppliedAsOftenAsItTakes()
    {
        using var model = Models.Load("tiny-x2-skip");
        var upscaler = new Upscaler(model);
        var picture = Models.Picture(14, 11);
        var twice = upscaler.Upscale(upscaler.Upscale(picture).Picture).Picture;

        Pictures.AssertEqual(twice, Sized(4));
        Pictures.AssertEqual(BicubicResampler.ToSize(twice, 42, 33), Sized(3));
        Pictures.AssertEqual(BicubicResampler.ToSize(upscaler.Upscale(picture).Picture, 21, 17), Sized(1.5));
        Pictures.AssertEqual(picture, Sized(1));
        Pictures.AssertEqual(BicubicResampler.ToSize(picture, 7, 6), Sized(0.5));

        Picture Sized(double scale) => new SizedUpscaler(new UpscalingModels(model), new UpscaleOptions(), TargetSize.Scaled(scale)).Upscale(picture, null, null, default).Picture;
    }
}
