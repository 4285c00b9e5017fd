using AdaFormer.Imaging;

namespace AdaFormer.Tests.Upscaling;

[TestClass]
public class UpscalerTests
{
    [TestMethod]
    public void PixelsAndDepthAreTheNetworksRoundedOnce()
    {
        using var model = Models.Load("tiny-x4");
        var picture = Models.Picture(37, 23);
        var image = new float[3 * 37 * 23];
        for (var channel = 0; channel < 3; channel++)
        {
            for (var y = 0; y < 23; y++)
            {
                for (var x = 0; x < 37; x++)
                    image[(((channel * 23) + y) * 37) + x] = picture[x, y, channel] / 255f;
            }
        }

        var (expected, depth) = model.Run(image, 1, 23, 37);
        var result = new Upscaler(model).Upscale(picture);

        Assert.AreEqual((148, 92), (result.Picture.Width, result.Picture.Height));
        for (var channel = 0; channel < 3; channel++)
        {
            for (var y = 0; y < 92; y++)
            {
                for (var x = 0; x < 148; x++)
                    Assert.AreEqual(Math.Clamp(expected[(((channel * 92) + y) * 148) + x] * 255.0, 0, 255), result.Picture[x, y, channel], 0.501);
            }
        }

        for (var y = 0; y < 23; y++)
        {
            for (var x = 0; x < 37; x++)
                Assert.AreEqual(depth[(y * 37) + x], result.HaltingDepth[x, y]);
        }
    }

    [TestMethod]
    [DataRow("tiny-x2-skip", 2)]
    [DataRow("tiny-x2-stride2", 2)]
    [DataRow("tiny-x3", 3)]
    [DataRow("tiny-x4", 4)]
    public void R2_EverySizeFrom1To70ComesOutExactlyScaled(string name, int scale)
    {
        using var model = Models.Load(name);
        var upscaler = new Upscaler(model, new UpscaleOptions { TileSize = 48, TileOverlap = 8 });
        for (var width = 1; width <= 70; width++)
            AssertScaled(upscaler, width, 71 - width, scale);
    }

    [TestMethod]
    public void R2_EveryPairOfSizesFrom1To70ComesOutFourTimesTheSize()
    {
        // With everything halted only the padding, the convolutions and the cropping are left, which is what sizes go through.
        using var model = Models.Load("tiny-x4");
        var upscaler = new Upscaler(model, new UpscaleOptions { HaltingThreshold = -1 });
        for (var width = 1; width <= 70; width++)
        {
            for (var height = 1; height <= 70; height++)
                AssertScaled(upscaler, width, height, 4);
        }
    }

    private static void AssertScaled(Upscaler upscaler, int width, int height, int scale)
    {
        var result = upscaler.Upscale(new Picture(width, height, PixelLayout.Rgb));
        Assert.AreEqual((width * scale, height * scale), (result.Picture.Width, result.Picture.Height));
        Assert.AreEqual((width, height), (result.HaltingDepth.Width, result.HaltingDepth.Height));
    }

    [TestMethod]
    [DataRow(PixelLayout.Gray, 8)]
    [DataRow(PixelLayout.Gray, 16)]
    [DataRow(PixelLayout.Rgb, 16)]
    [DataRow(PixelLayout.Rgba, 8)]
    [DataRow(PixelLayout.Rgba, 16)]
    public void R14_LayoutAndDepthStay(PixelLayout layout, int bitDepth)
    {
        using var model = Models.Load("tiny-x2-skip");
        var picture = Models.Picture(21, 18, layout, bitDepth);

        var result = new Upscaler(model).Upscale(picture).Picture;

        Assert.AreEqual((layout, bitDepth, 42, 36), (result.Layout, result.BitDepth, result.Width, result.Height));
        if (bitDepth == 16)
            Assert.IsTrue(Enumerable.Range(0, 42).Any(x => result[x, 20, 0] % 257 != 0), "16 bits are not 8 bits widened");
    }

    [TestMethod]
    [DataRow(8, 200)]
    [DataRow(16, 40_000)]
    public void R14_ConstantAlphaStaysExact(int bitDepth, int alpha)
    {
        using var model = Models.Load("tiny-x2-skip");
        var picture = Models.Picture(13, 9, PixelLayout.Rgba, bitDepth);
        for (var y = 0; y < picture.Height; y++)
        {
            for (var x = 0; x < picture.Width; x++)
                picture[x, y, 3] = alpha;
        }

        var result = new Upscaler(model).Upscale(picture).Picture;

        for (var y = 0; y < result.Height; y++)
        {
            for (var x = 0; x < result.Width; x++)
                Assert.AreEqual(alpha, result[x, y, 3]);
        }
    }

    [TestMethod]
    public void TilesGiveWhatTheWholePictureGivesAwayFromTheGlobalBranch()
    {
        // With nothing kept the network is convolutions alone, whose reach the overlap covers: tiles must not show at all.
        using var model = Models.Load("tiny-x2-skip");
        var picture = Models.Picture(97, 79);
        var whole = new Upscaler(model, new UpscaleOptions { HaltingThreshold = -1 }).Upscale(picture).Picture;
        var tiled = new Upscaler(model, new UpscaleOptions { HaltingThreshold = -1, TileSize = 48, TileOverlap = 16 }).Upscale(picture).Picture;

        var worst = 0;
        for (var y = 0; y < whole.Height; y++)
        {
            for (var x = 0; x < whole.Width; x++)
                worst = Math.Max(worst, Math.Abs(whole[x, y, 1] - tiled[x, y, 1]));
        }

        Assert.IsLessThanOrEqualTo(1, worst);
    }

    [TestMethod]
    public void AMemoryBudgetMakesTilesSmallerAndSaysWhenItIsTooSmall()
    {
        using var model = Models.Load("tiny-x2-skip");
        var picture = Models.Picture(100, 60);
        // 16 channels at x2: 72 · 16 + 30 · 4 = 1272 bytes a pixel, so 3.1 MB are a tile of 48 × 48, of which 32 × 32 are its own, and the result.
        var budget = new UpscaleOptions { TileOverlap = 8, MemoryBudget = 3_100_000 };
        var byHand = new UpscaleOptions { TileOverlap = 8, TileSize = 48 };
        var (seen, expected) = (new List<UpscaleProgress>(), new List<UpscaleProgress>());

        var result = new Upscaler(model, budget).Upscale(picture, new Collector<UpscaleProgress>(seen)).Picture;
        var same = new Upscaler(model, byHand).Upscale(picture, new Collector<UpscaleProgress>(expected)).Picture;

        CollectionAssert.AreEqual(expected, seen);
        Assert.IsGreaterThan(2, seen.Count);
        for (var y = 0; y < result.Height; y++)
            CollectionAssert.AreEqual(same.Row8(y).ToArray(), result.Row8(y).ToArray());
        Assert.Contains("expected at least 2 MB", Assert.ThrowsExactly<ArgumentException>(() => new Upscaler(model, new UpscaleOptions { TileOverlap = 8, MemoryBudget = 500_000 })).Message);
    }

    [TestMethod]
    public void ProgressCountsEveryTile()
    {
        using var model = Models.Load("tiny-x2-skip");
        var seen = new List<UpscaleProgress>();

        new Upscaler(model, new UpscaleOptions { TileSize = 32, TileOverlap = 8 }).Upscale(Models.Picture(40, 20), new Collector<UpscaleProgress>(seen));

        CollectionAssert.AreEqual(Enumerable.Range(0, 4).Select(done => new UpscaleProgress(done, 3)).ToArray(), seen);
    }

    [TestMethod]
    public void R6_CancellingStopsWithinATileAndTheModelWorksOn()
    {
        using var model = Models.Load("tiny-x2-skip");
        var upscaler = new Upscaler(model, new UpscaleOptions { TileSize = 32, TileOverlap = 8 });
        using var source = new CancellationTokenSource();
        var seen = new List<UpscaleProgress>();
        var cancelling = new Collector<UpscaleProgress>(seen, report =>
        {
            if (report.TilesDone == 1)
                source.Cancel();
        });

        Assert.Throws<OperationCanceledException>(() => upscaler.Upscale(Models.Picture(90, 90), cancelling, source.Token));

        Assert.AreEqual(1, seen[^1].TilesDone);
        Assert.AreEqual(32, upscaler.Upscale(Models.Picture(16, 16)).Picture.Width);
    }

    [TestMethod]
    public void R6_CancellingInsideARunStopsIt()
    {
        using var model = Models.Load("tiny-x4");
        var image = new float[3 * 1024 * 1024];
        using var source = new CancellationTokenSource(TimeSpan.FromMilliseconds(100));

        Assert.Throws<OperationCanceledException>(() => model.Run(image, 1, 1024, 1024, 1e9f, source.Token));
    }

    [TestMethod]
    public void R16_InfinityIsAnErrorNotAPicture()
    {
        using var model = Models.Overflowing();

        var exception = Assert.ThrowsExactly<UpscalingException>(() => new Upscaler(model).Upscale(Models.Picture(9, 9)));

        Assert.Contains("NaN or infinity", exception.Message);
    }

    [TestMethod]
    [DataRow(64, 32)]
    [DataRow(0, 0)]
    [DataRow(64, -1)]
    public void TilesWithoutRoomAreRefused(int size, int overlap)
    {
        using var model = Models.Load("tiny-x2-skip");

        Assert.Throws<ArgumentException>(() => new Upscaler(model, new UpscaleOptions { TileSize = size, TileOverlap = overlap }));
    }
}
