using AdaFormer.Files;
using AdaFormer.Imaging.Png;
using AdaFormer.Imaging;
using AdaFormer.Tests.Imaging;
using AdaFormer.Tests.Upscaling;

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
                var result = Sized.Upscale(new ModelSelector(model), TargetSize.Scaled(target), Models.Picture(width, height, layout, 16), options);
                Assert.AreEqual(expected, (result.Width, result.Height));
                Assert.AreEqual((layout, 16), (result.Layout, result.BitDepth));
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

        Pictures.AssertEqual(twice, Times(4));
        Pictures.AssertEqual(BicubicResampler.ToSize(twice, 42, 33), Times(3));
        Pictures.AssertEqual(BicubicResampler.ToSize(upscaler.Upscale(picture).Picture, 21, 17), Times(1.5));
        Pictures.AssertEqual(picture, Times(1));
        Pictures.AssertEqual(BicubicResampler.ToSize(picture, 7, 6), Times(0.5));

        Picture Times(double scale) => Sized.Upscale(new ModelSelector(model), TargetSize.Scaled(scale), picture);
    }

    [TestMethod]
    [DataRow(0.11), DataRow(0.4), DataRow(1.3), DataRow(2.0), DataRow(2.7), DataRow(4.0), DataRow(5.1)]
    public void R4_ASizeOfItsOwnInStripsIsTheWholePicturesResult(double scale)
    {
        using var folder = new TemporaryFolder();
        using var model = Models.Load("tiny-x2-skip");
        var picture = Models.Picture(70, 167);
        using (var stream = File.Create(folder.File("in.png")))
            PngFile.Save(picture, stream);
        var tiles = new UpscaleOptions { TileSize = 48, TileOverlap = 8 };
        var (expected, depths) = (picture, new HaltingMap(70, 167, 4));
        for (var times = 1; times < scale; times *= 2)
        {
            var result = new Upscaler(model, tiles).Upscale(expected);
            (expected, depths) = (result.Picture, times == 1 ? result.HaltingDepth : depths);
        }

        var (width, height) = TargetSize.Scaled(scale).Of(70, 167);
        new FileUpscaler(model, options: new FileUpscaleOptions { TargetSize = TargetSize.Scaled(scale), Upscaling = tiles }).Upscale(folder.File("in.png"), folder.File("out.png"), folder.File("map.png"));

        Pictures.AssertEqual(BicubicResampler.ToSize(expected, width, height), Pictures.Read(folder.File("out.png")));
        Pictures.AssertEqual(BicubicResampler.ToSize(HaltingHeatMap.Draw(depths, picture, 2), width, height), Pictures.Read(folder.File("map.png")));
    }

    [TestMethod]
    [DataRow(2.0, 3_900_000), DataRow(1.5, 3_900_000), DataRow(4.0, 4_300_000)]
    public void R4_ASizeOfItsOwnKeepsToTheBudget(double scale, long budget)
    {
        using var model = Models.Load("tiny-x2-skip");
        var picture = Models.Picture(300, 1500);
        // Held whole, the result of the first model alone takes 5.4 MB.
        var options = new UpscaleOptions { TileOverlap = 8, MemoryBudget = budget };

        var result = Sized.Upscale(new ModelSelector(model), TargetSize.Scaled(scale), picture, options);

        Assert.AreEqual(TargetSize.Scaled(scale).Of(300, 1500), (result.Width, result.Height));
        Assert.Contains(
            "smallest tiles",
            Assert.ThrowsExactly<UpscalingException>(() => Sized.Upscale(new ModelSelector(model), TargetSize.Scaled(scale), picture, options with { MemoryBudget = 1_320_000 })).Message);
    }

    [TestMethod]
    public void ProgressCountsTheTilesOfAllModels()
    {
        using var folder = new TemporaryFolder();
        using var model = Models.Load("tiny-x2-skip");
        using (var stream = File.Create(folder.File("in.png")))
            PngFile.Save(Models.Picture(40, 70), stream);
        var options = new FileUpscaleOptions { TargetSize = TargetSize.Scaled(4), Upscaling = new UpscaleOptions { TileSize = 48, TileOverlap = 8 } };
        var seen = new List<UpscaleProgress>();

        new FileUpscaler(model, options: options).Upscale(folder.File("in.png"), folder.File("out.png"), progress: new Collector<UpscaleProgress>(seen));

        // 1 × 3 tiles of 40 × 70 pixels, 3 × 5 of 80 × 140.
        CollectionAssert.AreEqual(Enumerable.Range(0, 19).Select(done => new UpscaleProgress(done, 18)).ToArray(), seen);
    }
}
