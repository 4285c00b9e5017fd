using AdaFormer.Imaging;
using AdaFormer.Tests.Imaging;

namespace AdaFormer.Tests.Upscaling;

[TestClass]
public class StripUpscalerTests
{
    private const int Scale = 2;

    [TestMethod]
    [DataRow(PixelLayout.Gray, 16, 8, 33, 130)]
    [DataRow(PixelLayout.Rgb, 8, 13, 79, 97)]
    [DataRow(PixelLayout.Rgba, 8, 8, 50, 131)]
    [DataRow(PixelLayout.GrayAlpha, 16, 0, 49, 145)]
    public void R4_RowsOfTilesApartAreThoseOfTheWholePicture(PixelLayout layout, int bitDepth, int overlap, int width, int height)
    {
        using var model = Models.Load("tiny-x2-skip");
        var options = new UpscaleOptions { TileSize = 48, TileOverlap = overlap };
        var picture = Models.Picture(width, height, layout, bitDepth);
        var whole = new Upscaler(model, options).Upscale(picture);
        int[] tops = [.. TilePlan.OfRows([(model.Description, PictureInfo.Of(picture))], options, 0, 0)[0].Select(strip => strip.CoreTop), height];
        Assert.IsGreaterThan(3, tops.Length);

        var blocksRun = new Dictionary<(int, int), long>();
        foreach (var (from, to) in from first in Enumerable.Range(0, tops.Length - 1) from last in Enumerable.Range(first + 1, tops.Length - 1 - first) select (first, last))
        {
            var (top, end) = (tops[from], tops[to]);
            Picture? part = null;
            using var rows = new PictureRows(picture);
            using var sink = new PictureSink(PictureInfo.Of(whole.Picture) with { Height = (end - top) * Scale }, made => part = made);
            blocksRun[(from, to)] = new StripUpscaler(model, options).Upscale(rows, top, end, sink, null, default);
            sink.Complete();

            Pictures.AssertEqual(PictureCrop.Part(whole.Picture, 0, top * Scale, width * Scale, (end - top) * Scale), part!, $"rows {top} to {end}");
        }

        Assert.AreEqual(whole.HaltingDepth.Work, blocksRun[(0, tops.Length - 1)]);
        Assert.AreEqual(whole.HaltingDepth.Work, Enumerable.Range(0, tops.Length - 1).Sum(one => blocksRun[(one, one + 1)]));
    }

    [TestMethod]
    public void OtherRowsAreRefused()
    {
        using var model = Models.Load("tiny-x2-skip");
        var upscaler = new StripUpscaler(model, new UpscaleOptions { TileSize = 48, TileOverlap = 8 });
        foreach (var (top, end) in new[] { (0, 31), (1, 32), (32, 70), (97, 99) })
        {
            using var rows = new PictureRows(Models.Picture(20, 97));
            using var sink = new PictureSink(new PictureInfo(40, 200, PixelLayout.Rgb, 8), _ => { });
            Assert.ThrowsExactly<InvalidDataException>(() => upscaler.Upscale(rows, top, end, sink, null, default));
        }
    }
}
