using AdaFormer.Imaging;
using AdaFormer.Tests.Imaging;

namespace AdaFormer.Tests.Upscaling;

[TestClass]
public class StripTests
{
    private static readonly (int Width, int Height)[] Sizes = [(1, 1), (1, 100), (100, 1), (70, 67), (48, 48), (49, 47), (64, 65), (80, 81), (33, 130)];

    [TestMethod]
    [DataRow(PixelLayout.Gray, 8, 8)]
    [DataRow(PixelLayout.Gray, 16, 8)]
    [DataRow(PixelLayout.Rgb, 8, 8)]
    [DataRow(PixelLayout.Rgb, 16, 13)]
    [DataRow(PixelLayout.Rgba, 8, 8)]
    [DataRow(PixelLayout.Rgba, 16, 0)]
    public void R4_StripsGiveWhatTheWholePictureGives(PixelLayout layout, int bitDepth, int overlap)
    {
        using var model = Models.Load("tiny-x2-skip");
        var upscaler = new Upscaler(model, new UpscaleOptions { TileSize = 48, TileOverlap = overlap });
        foreach (var (width, height) in Sizes)
        {
            var picture = Models.Picture(width, height, layout, bitDepth);
            var expected = upscaler.Upscale(picture);

            var (result, map, haltedShare) = InStrips(upscaler, picture);

            Pictures.AssertEqual(expected.Picture, result, $"{width}×{height}");
            Pictures.AssertEqual(HaltingHeatMap.Draw(expected.HaltingDepth, picture, 2), map, $"the map of {width}×{height}");
            Assert.AreEqual(expected.HaltingDepth.HaltedShare, haltedShare, 1e-12);
        }
    }

    [TestMethod]
    public void R4_TheBudgetChoosesTilesInStripsAndSaysWhenItIsTooSmall()
    {
        using var model = Models.Load("tiny-x2-skip");
        var picture = Models.Picture(300, 300);
        // 1272 bytes a pixel: tiles of 64 × 64 are 5.2 MB; beside them lie 64 rows of input, and of output and map what 48 become.
        var tiles = new List<UpscaleProgress>();
        var result = InStrips(new Upscaler(model, new UpscaleOptions { TileOverlap = 8, MemoryBudget = 5_800_000 }), picture, tiles).Picture;
        Assert.AreEqual(49, tiles[^1].Tiles);
        Pictures.AssertEqual(new Upscaler(model, new UpscaleOptions { TileOverlap = 8, TileSize = 64 }).Upscale(picture).Picture, result);

        var exception = Assert.ThrowsExactly<UpscalingException>(
            () => InStrips(new Upscaler(model, new UpscaleOptions { TileOverlap = 8, MemoryBudget = 5_800_000, TileSize = 72 }), picture));
        Assert.Contains("tiles of 72 pixels", exception.Message);
        exception = Assert.ThrowsExactly<UpscalingException>(
            () => InStrips(new Upscaler(model, new UpscaleOptions { TileOverlap = 8, MemoryBudget = 1_310_000 }), picture));
        Assert.Contains("smallest tiles, 32 pixels", exception.Message);
    }

    [TestMethod]
    [DataRow(PixelLayout.Rgb, 0.5), DataRow(PixelLayout.Rgba, 1.5)]
    public void R4_TilesLeaveLessGarbageThanTheirTensors(PixelLayout layout, double tensors)
    {
        const int Tile = 128;
        using var model = Models.Load("tiny-x2-skip");
        var upscaler = new Upscaler(model, new UpscaleOptions { TileSize = Tile, TileOverlap = 8, HaltingThreshold = -1 });
        using var rows = new PictureRows(Models.Picture(Tile, 20 * Tile, layout));
        var tiles = new List<UpscaleProgress>();
        using var sink = new PictureSink(upscaler.ResultOf(rows.Info), _ => { });

        var before = GC.GetAllocatedBytesForCurrentThread();
        upscaler.Upscale(rows, sink, progress: new Collector<UpscaleProgress>(tiles));

        var garbage = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.IsLessThan(tensors, (double)garbage / (tiles[^1].Tiles * 3L * Tile * Tile * sizeof(float)));
    }

    [TestMethod]
    public void AWindowIsWorkedOnAsSoonAsItsRowsAreThere()
    {
        var picture = Models.Picture(9, 200);
        var strips = Strip.Cut(PictureInfo.Of(picture), 64, 16, 8);
        Assert.HasCount(7, strips);
        var seen = 0;
        var stage = new Windows(picture, [.. strips.Select(strip => (strip.Top, strip.Top + strip.Height))], () => seen++);
        for (var y = 0; y < picture.Height; y++)
        {
            stage.WriteRow(picture, y);
            Assert.AreEqual(strips.Count(strip => strip.Top + strip.Height <= y + 1), seen);
        }
    }

    private sealed class Windows(Picture picture, (int Top, int End)[] windows, Action seen) : RowStage(PictureInfo.Of(picture), windows)
    {
        protected override void Work(int window, PictureBand rows)
        {
            seen();
            for (var y = windows[window].Top; y < windows[window].End; y++)
                CollectionAssert.AreEqual(picture.Row8(y).ToArray(), rows.Picture.Row8(y - rows.Top).ToArray());
        }
    }

    private static (Picture Picture, Picture Map, double HaltedShare) InStrips(Upscaler upscaler, Picture picture, List<UpscaleProgress>? seen = null)
    {
        Picture? result = null, map = null;
        using var rows = new PictureRows(picture);
        var info = upscaler.ResultOf(rows.Info);
        using var output = new PictureSink(info, whole => result = whole);
        using var drawn = new PictureSink(new PictureInfo(info.Width, info.Height, PixelLayout.Rgb, 8), whole => map = whole);
        var haltedShare = upscaler.Upscale(rows, output, drawn, progress: new Collector<UpscaleProgress>(seen ?? []));
        output.Complete();
        drawn.Complete();
        return (result!, map!, haltedShare);
    }
}
