using AdaFormer.Files;
using AdaFormer.Imaging;
using AdaFormer.Imaging.Png;
using AdaFormer.Tests.Imaging;

namespace AdaFormer.Tests.Upscaling;

/// <summary>A second model for the parts of a picture with the most detail.</summary>
[TestClass]
public class RefinementTests
{
    private const int Cell = 32, Scale = 2;

    // Beyond what an area fades into, and beyond what the second model does not see of its surroundings.
    private const int Fade = 2, Inner = 12;
    private static readonly Lazy<Picture> Scene = new(() => new PictureReader().Read(Path.Combine(TestData.Repository, "samples", "scene-small.png")));

    [TestMethod]
    [DataRow(79, 97), DataRow(1, 1), DataRow(7, 150), DataRow(200, 33), DataRow(240, 160)]
    public void TheShareIsKeptToWithinACellWholeAndInStrips(int width, int height)
    {
        using var first = UpscalingModel.LoadByName("tiny-x2");
        using var second = UpscalingModel.LoadByName("photo-x2");
        var picture = PictureCrop.Part(Scene.Value, 0, 0, width, height);
        foreach (var share in new[] { 0, 0.1, 0.25, 0.5, 0.9, 1 })
        {
            foreach (var tile in new int?[] { null, 96 })
            {
                var upscaler = new Upscaler(first, new UpscaleOptions { TileSize = tile, Refinement = new Refinement(second) { Share = share } });
                var result = upscaler.Upscale(picture);
                Assert.AreEqual((width * Scale, height * Scale), (result.Picture.Width, result.Picture.Height));
                Assert.AreEqual(share, result.Refinement!.Share, 0.5 * Math.Min(Cell, width) * Math.Min(Cell, height) / (width * height) + 1e-9, $"{share}");
            }
        }
    }

    [TestMethod]
    [DataRow(PixelLayout.Rgb, 8), DataRow(PixelLayout.Rgb, 16), DataRow(PixelLayout.Rgba, 8), DataRow(PixelLayout.Gray, 8), DataRow(PixelLayout.GrayAlpha, 16)]
    public void FarFromBordersThePictureIsTheOneModelsOrTheOthers(PixelLayout layout, int bitDepth)
    {
        using var first = UpscalingModel.LoadByName("tiny-x4");
        using var second = UpscalingModel.Load(TestData.Fixture("models", "compact_x4_dyn.onnx"));
        var picture = Converted(PictureCrop.Part(Scene.Value, 0, 0, 199, 149), layout, bitDepth);
        var (easy, hard) = (new Upscaler(first).Upscale(picture).Picture, new Upscaler(second).Upscale(picture).Picture);
        var (mixed, isRefined) = Mixed(first, second, picture, 0.3);
        var (own, other, refined) = (0.0, 0.0, 0);
        for (var y = 0; y < mixed.Height; y++)
        {
            for (var x = 0; x < mixed.Width; x++)
            {
                for (var channel = 0; channel < mixed.Channels; channel++)
                {
                    var isAlpha = layout.HasAlpha() && channel == mixed.Channels - 1;
                    if (isAlpha || All(x / 4, y / 4, Fade, isRefined, wanted: false))
                        Assert.AreEqual(easy[x, y, channel], mixed[x, y, channel], $"{x}, {y}, {channel}");
                    if (isAlpha || !All(x / 4, y / 4, Inner, isRefined, wanted: true))
                        continue;
                    own += Math.Abs(mixed[x, y, channel] - hard[x, y, channel]);
                    other += Math.Abs(easy[x, y, channel] - hard[x, y, channel]);
                    refined++;
                }
            }
        }

        Assert.IsGreaterThan(500, refined);
        // What differs is what the second model does not see of the picture around its areas.
        Assert.IsLessThan(0.01, own / other);
    }

    /// <summary>Along the borders of areas the mean step between neighbours is that of either model's own picture there.</summary>
    [TestMethod]
    [DataRow(null), DataRow(96)]
    public void NoSeamShows(int? tile)
    {
        using var first = UpscalingModel.LoadByName("tiny-x2");
        using var second = UpscalingModel.LoadByName("photo-x2");
        var picture = Scene.Value;
        var (easy, hard) = (new Upscaler(first).Upscale(picture).Picture, new Upscaler(second).Upscale(picture).Picture);
        var (mixed, isRefined) = Mixed(first, second, picture, 0.3, tile);
        var (steps, easySteps, hardSteps) = (0.0, 0.0, 0.0);
        for (var y = 1; y < mixed.Height; y++)
        {
            for (var x = 1; x < mixed.Width; x++)
            {
                if (isRefined(x / Scale, y / Scale) != isRefined((x - 1) / Scale, y / Scale))
                    Count(1, 0);
                if (isRefined(x / Scale, y / Scale) != isRefined(x / Scale, (y - 1) / Scale))
                    Count(0, 1);

                void Count(int left, int up)
                {
                    for (var channel = 0; channel < 3; channel++)
                    {
                        steps += Math.Abs(mixed[x, y, channel] - mixed[x - left, y - up, channel]);
                        easySteps += Math.Abs(easy[x, y, channel] - easy[x - left, y - up, channel]);
                        hardSteps += Math.Abs(hard[x, y, channel] - hard[x - left, y - up, channel]);
                    }
                }
            }
        }

        Assert.IsLessThan(1.02 * Math.Max(easySteps, hardSteps), steps);
        Assert.IsGreaterThan(0.9 * Math.Min(easySteps, hardSteps), steps);
    }

    [TestMethod]
    public void AFileInStripsIsTheWholePicturesFile()
    {
        using var folder = new TemporaryFolder();
        using var first = UpscalingModel.LoadByName("tiny-x2");
        using var second = UpscalingModel.LoadByName("photo-x2");
        var options = new UpscaleOptions { TileSize = 80, Refinement = new Refinement(second) { Share = 0.4 } };
        using (var stream = File.Create(folder.File("a.png")))
            PngFile.Save(Scene.Value, stream);
        var reports = new List<UpscaleProgress>();

        var result = new FileUpscaler(first, options: new FileUpscaleOptions { Upscaling = options })
            .Upscale(folder.File("a.png"), folder.File("b.png"), folder.File("map.png"), new Reports(reports.Add));

        Assert.AreEqual(0.4, result.Refinement!.Share, 0.02);
        Assert.AreEqual(1, reports[^1].Share);
        Pictures.AssertWithin(0, new Upscaler(first, options).Upscale(Scene.Value).Picture, new PictureReader().Read(folder.File("b.png")));
        // Pink is nowhere on the map else.
        var map = new PictureReader().Read(folder.File("map.png"));
        var pink = Enumerable.Range(0, map.Width * map.Height).Count(i => map[i % map.Width, i / map.Width, 0] > map[i % map.Width, i / map.Width, 1] + 60 && map[i % map.Width, i / map.Width, 2] > map[i % map.Width, i / map.Width, 1] + 60);
        Assert.AreEqual(result.Refinement.Share, (double)pink / (map.Width * map.Height), 0.01);
    }

    [TestMethod]
    public void TheCellsWithTheMostDetailAreRefined()
    {
        var random = new Random(7);
        var picture = new Picture(160, 96, PixelLayout.Rgb);
        for (var y = 32; y < 64; y++)
            random.NextBytes(picture.Row8(y).Slice(3 * 64, 3 * 64));
        using var first = UpscalingModel.LoadByName("tiny-x2");
        using var second = UpscalingModel.LoadByName("photo-x2");
        var (_, isRefined) = Mixed(first, second, picture, 2 / 15.0);
        for (var cell = 0; cell < 15; cell++)
            Assert.AreEqual(cell is 7 or 8, isRefined(cell % 5 * Cell, cell / 5 * Cell), $"{cell}");
    }

    [TestMethod]
    public void ASecondModelOfOneSizeRefinesToo()
    {
        using var first = UpscalingModel.LoadByName("tiny-x4");
        using var second = UpscalingModel.Load(TestData.Fixture("models", "compact_x4_fixed32.onnx"));
        var picture = PictureCrop.Part(Scene.Value, 0, 0, 97, 79);
        var hard = new Upscaler(second).Upscale(picture).Picture;
        var mixed = new Upscaler(first, new UpscaleOptions { Refinement = new Refinement(second) { Share = 1 } }).Upscale(picture).Picture;
        var differences = Enumerable.Range(0, 97 * 79 * 16).Sum(i => Math.Abs(hard[i % mixed.Width, i / mixed.Width, 1] - mixed[i % mixed.Width, i / mixed.Width, 1]));
        Assert.IsLessThan(2.5, differences / (97.0 * 79 * 16));
    }

    [TestMethod]
    public void ATimeThatIsTooShortLeavesTheFirstModelsPictureAndAnAmpleOneTheShare()
    {
        using var first = UpscalingModel.LoadByName("tiny-x2");
        using var second = UpscalingModel.LoadByName("photo-x2");
        var none = new Upscaler(first, new UpscaleOptions { Refinement = new Refinement(second) { Share = 0.5, Within = TimeSpan.FromTicks(1) } }).Upscale(Scene.Value);
        Assert.AreEqual(0, none.Refinement!.Share);
        Pictures.AssertWithin(0, new Upscaler(first).Upscale(Scene.Value).Picture, none.Picture);
        var all = new Upscaler(first, new UpscaleOptions { Refinement = new Refinement(second) { Share = 0.5, Within = TimeSpan.FromHours(1) } }).Upscale(Scene.Value);
        Assert.AreEqual(0.5, all.Refinement!.Share, 0.02);
    }

    [TestMethod]
    public void TheTimeRunsFromOpeningTheFile()
    {
        using var folder = new TemporaryFolder();
        using var first = UpscalingModel.LoadByName("tiny-x2");
        using var second = UpscalingModel.LoadByName("photo-x2");
        var reports = new List<UpscaleProgress>();
        using (var stream = File.Create(folder.File("a.png")))
            PngFile.Save(Scene.Value, stream);
        Assert.AreEqual(0, Refined(TimeSpan.FromSeconds(1)));
        Assert.AreEqual(1, Refined(TimeSpan.FromHours(1)), 1e-9);
        // As many tiles and areas as were told, though the plan changes with every strip.
        Assert.AreEqual(1, reports[^1].Share);
        Assert.IsTrue(reports.All(report => report.TilesDone <= report.Tiles));

        double Refined(TimeSpan within)
        {
            var options = new UpscaleOptions { TileSize = 64, Refinement = new Refinement(second) { Share = 1, Within = within } };
            return new FileUpscaler(first, new PictureReader([new SlowPng(TimeSpan.FromSeconds(1.1))]), options: new FileUpscaleOptions { Overwrite = true, Upscaling = options })
                .Upscale(folder.File("a.png"), folder.File("b.png"), progress: new Reports(reports.Add)).Refinement!.Share;
        }
    }

    [TestMethod]
    public void R5_WhereMemoryRunsOutTheSecondModelTakesSmallerParts()
    {
        using var first = UpscalingModel.LoadByName("tiny-x2");
        using var second = UpscalingModel.LoadByName("photo-x2");
        var upscaler = new Upscaler(first, new UpscaleOptions { Refinement = new Refinement(second) { Share = 0.5 } });
        var expected = upscaler.Upscale(Scene.Value);
        var runs = 0;
        second.BeforeRun = () =>
        {
            if (++runs is 1 or 4)
                throw new OutOfMemoryException();
        };
        var result = upscaler.Upscale(Scene.Value);
        Assert.AreEqual(expected.Refinement!.Share, result.Refinement!.Share);
        var differences = Enumerable.Range(0, result.Picture.Width * result.Picture.Height)
            .Sum(i => Math.Abs(expected.Picture[i % result.Picture.Width, i / result.Picture.Width, 1] - result.Picture[i % result.Picture.Width, i / result.Picture.Width, 1]));
        Assert.IsLessThan(0.5, (double)differences / (result.Picture.Width * result.Picture.Height));
    }

    [TestMethod]
    public void R6_CancelledWithinAnAreaItStopsAndWorksAgain()
    {
        using var first = UpscalingModel.LoadByName("tiny-x2");
        using var second = UpscalingModel.LoadByName("photo-x2");
        using var cancellation = new CancellationTokenSource();
        var upscaler = new Upscaler(first, new UpscaleOptions { Refinement = new Refinement(second) });
        second.BeforeRun = cancellation.Cancel;
        Assert.Throws<OperationCanceledException>(() => upscaler.Upscale(Scene.Value, cancellationToken: cancellation.Token));
        second.BeforeRun = null;
        Assert.AreEqual(0.25, upscaler.Upscale(Scene.Value).Refinement!.Share, 0.02);
    }

    [TestMethod]
    public void WhatMakesNoSenseIsRefused()
    {
        using var first = UpscalingModel.LoadByName("tiny-x2");
        using var other = UpscalingModel.LoadByName("tiny-x3");
        Assert.Contains("3 times larger", Assert.ThrowsExactly<ArgumentException>(() => new Upscaler(first, new UpscaleOptions { Refinement = new Refinement(other) })).Message);
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new Upscaler(first, new UpscaleOptions { Refinement = new Refinement(first) { Share = 1.5 } }));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new Upscaler(first, new UpscaleOptions { Refinement = new Refinement(first) { Within = TimeSpan.Zero } }));
        Assert.Contains("no other does", Assert.ThrowsExactly<ArgumentException>(() => new FileUpscaler(first, options: new FileUpscaleOptions { Upscaling = new UpscaleOptions { Refinement = new Refinement(other) } })).Message);
    }

    [TestMethod]
    public void AnEstimateCountsBothModels()
    {
        using var folder = new TemporaryFolder();
        using var first = UpscalingModel.LoadByName("tiny-x2");
        using var second = UpscalingModel.LoadByName("photo-x2");
        using (var stream = File.Create(folder.File("a.png")))
            PngFile.Save(Scene.Value, stream);
        var half = Estimate(0.5);
        var all = Estimate(1);
        Assert.AreEqual((480, 320), (half.Width, half.Height));
        Assert.AreEqual(2, all.SecondTime / half.SecondTime, 0.01);
        Assert.AreEqual(all.FirstTime, half.FirstTime);
        Assert.IsGreaterThan(TimeSpan.Zero, half.FirstTime);

        UpscaleEstimate Estimate(double share) =>
            new FileUpscaler(first, options: new FileUpscaleOptions { Upscaling = new UpscaleOptions { Refinement = new Refinement(second) { Share = share } } }).Estimate(folder.File("a.png"));
    }

    private static (Picture Picture, Func<int, int, bool> IsRefined) Mixed(UpscalingModel first, UpscalingModel second, Picture picture, double share, int? tile = null)
    {
        var plan = new RefinementPlan(DetailMap.Of(new PictureRows(picture), default));
        plan.Choose(share);
        var options = new UpscaleOptions { TileSize = tile, Refinement = new Refinement(second) { Share = share } };
        return (new Upscaler(first, options).Upscale(picture).Picture, plan.IsRefined);
    }

    private static bool All(int x, int y, int reach, Func<int, int, bool> isRefined, bool wanted)
    {
        for (var dy = -reach; dy <= reach; dy += reach)
        {
            for (var dx = -reach; dx <= reach; dx += reach)
            {
                if (isRefined(Math.Clamp(x + dx, 0, 198), Math.Clamp(y + dy, 0, 148)) != wanted)
                    return false;
            }
        }

        return true;
    }

    private static Picture Converted(Picture picture, PixelLayout layout, int bitDepth)
    {
        var converted = new Picture(picture.Width, picture.Height, layout, bitDepth);
        var factor = bitDepth == 8 ? 1 : 257;
        for (var y = 0; y < picture.Height; y++)
        for (var x = 0; x < picture.Width; x++)
        for (var channel = 0; channel < converted.Channels; channel++)
            converted[x, y, channel] = factor * (layout.HasAlpha() && channel == converted.Channels - 1 ? 100 + (x % 100) : picture[x, y, layout.IsGray() ? 1 : channel]);
        return converted;
    }

    private sealed class SlowPng(TimeSpan delay) : IPictureDecoder
    {
        private readonly PngDecoder _png = new();

        public IReadOnlyList<PictureFormat> Formats => _png.Formats;

        public int SignatureLength => _png.SignatureLength;

        public bool Recognizes(ReadOnlySpan<byte> start) => _png.Recognizes(start);

        public Picture Decode(Stream stream, long maximumPixels)
        {
            Thread.Sleep(delay);
            return _png.Decode(stream, maximumPixels);
        }
    }

    private sealed class Reports(Action<UpscaleProgress> report) : IProgress<UpscaleProgress>
    {
        public void Report(UpscaleProgress value) => report(value);
    }
}
