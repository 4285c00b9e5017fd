using AdaFormer.Files;
using AdaFormer.Imaging;

namespace AdaFormer.Tests.Upscaling;

/// <summary>Models that do not halt: everything works as with AdaFormer, and what needs halting says that there is none.</summary>
[TestClass]
public sealed class FeedForwardModelTests : IDisposable
{
    private readonly UpscalingModel _model = UpscalingModel.Load(Models.FeedForward());
    private readonly TemporaryFolder _folder = new();

    public void Dispose()
    {
        _model.Dispose();
        _folder.Dispose();
    }

    [TestMethod]
    public void TheDescriptionSaysThatItDoesNotHalt()
    {
        var description = _model.Description;

        Assert.AreEqual(("etds", "custom", 2, 0, false, 1, 4), (description.Architecture, description.Preset, description.Scale, description.Blocks, description.Halts, description.SizeMultiple, description.TileOverlap));
        Assert.AreEqual(float.PositiveInfinity, description.HaltingThreshold);
        Assert.AreEqual("MIT", description.License);
        Assert.AreEqual("https://example.org", description.Metadata["source"]);
    }

    [TestMethod]
    public void TheNetworksAdviceMakesTilesEqualTheWholePicture()
    {
        var picture = Models.Picture(67, 45);

        var whole = new Upscaler(_model).Upscale(picture);
        var tiled = new Upscaler(_model, new UpscaleOptions { TileSize = 21, HaltingThreshold = 0.5f }).Upscale(picture);

        CollectionAssert.AreEqual(Bytes(whole.Picture), Bytes(tiled.Picture));
        Assert.AreEqual((0, 0.0, 0), (tiled.HaltingDepth.Blocks, tiled.HaltingDepth.HaltedShare, tiled.HaltingDepth[66, 44]));
    }

    [TestMethod]
    public void ARunGivesNoDepth()
    {
        var (upscaled, depth) = _model.Run(new float[2 * 3 * 5 * 7], 2, 5, 7, haltingThreshold: 0.5f);

        Assert.HasCount(2 * 3 * 10 * 14, upscaled);
        Assert.IsEmpty(depth);
    }

    [TestMethod]
    public void AHaltingMapIsRefusedBeforeAnyWork()
    {
        var upscaler = new FileUpscaler(_model);

        var exception = Assert.ThrowsExactly<NotSupportedException>(() => upscaler.Upscale(TestData.Fixture("pictures", "odd.png"), _folder.File("large.png"), _folder.File("map.png")));

        Assert.Contains("does not halt", exception.Message);
        Assert.IsEmpty(_folder.Files());
        Assert.Contains("does not halt", Assert.ThrowsExactly<ArgumentException>(() => HaltingHeatMap.Draw(new HaltingMap(3, 2, 0, new byte[6]), new Picture(3, 2, PixelLayout.Rgb), 2)).Message);
        Assert.AreEqual(0, upscaler.Upscale(TestData.Fixture("pictures", "odd.png"), _folder.File("large.png")).HaltedShare);
    }

    private static byte[] Bytes(Picture picture) => [.. Enumerable.Range(0, picture.Height).SelectMany(y => picture.Row8(y).ToArray())];
}
