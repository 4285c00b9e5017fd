using AdaFormer.Imaging;

namespace AdaFormer.Tests.Imaging;

/// <summary>Whether a picture shows that it was saved as JPEG.</summary>
[TestClass]
public class JpegTraceTests
{
    private static readonly Lazy<Picture> Scene = new(() => Pictures.Read(Path.Combine(TestData.Repository, "samples", "scene-small.png")));

    [TestMethod]
    [DataRow(40), DataRow(75), DataRow(90), DataRow(95)]
    public void BlocksShowAtEveryPlaceOfTheirGrid(int quality)
    {
        foreach (var (left, top) in new[] { (0, 0), (3, 0), (0, 6), (5, 7), (1, 4) })
            Assert.AreEqual(new JpegGrid(left, top), JpegGrid.Find(new PictureRows(JpegBlocks.Spoil(Scene.Value, quality, left, top))));
    }

    [TestMethod]
    [DataRow(PixelLayout.Gray, 8), DataRow(PixelLayout.Gray, 16), DataRow(PixelLayout.Rgba, 8), DataRow(PixelLayout.Rgba, 16)]
    public void BlocksShowInEveryKindOfPicture(PixelLayout layout, int bitDepth)
    {
        var spoilt = JpegBlocks.Spoil(Scene.Value, 80, 2, 5);
        var grey = Pictures.Make(spoilt.Width, spoilt.Height, PixelLayout.Gray, 8, (x, y, _) => spoilt[x, y, 1]);
        if (layout.IsGray())
            spoilt = JpegBlocks.Spoil(grey, 80, 2, 5);
        var picture = Pictures.Make(spoilt.Width, spoilt.Height, layout, bitDepth, (x, y, channel) => (channel == 3 ? 128 : spoilt[x, y, channel]) * (bitDepth == 8 ? 1 : 257));

        Assert.AreEqual(new JpegGrid(2, 5), JpegGrid.Find(new PictureRows(picture)));
    }

    [TestMethod]
    public void NothingShowsInWhatNeverWasAJpeg()
    {
        AssertShowsNothing(Scene.Value);
        AssertShowsNothing(Pictures.Fixture("scene"));
        AssertShowsNothing(Pictures.Noise(200, 150, PixelLayout.Rgb));
        AssertShowsNothing(Pictures.Make(200, 150, PixelLayout.Rgb, 8, (_, _, _) => 200));
        AssertShowsNothing(Pictures.Make(200, 150, PixelLayout.Gray, 8, (x, y, _) => (x + y) / 2));
    }

    [TestMethod]
    public void WhatIsDrawnInCellsOfEightPixelsIsNoJpeg()
    {
        var random = new Random(1);
        var tiles = Enumerable.Range(0, 24).Select(tile => Enumerable.Range(0, 64).Select(_ => random.NextDouble() < 0.5 ? 16 * random.Next(16) : 10 * tile).ToArray()).ToArray();
        var map = Enumerable.Range(0, 4096).Select(_ => random.Next(24)).ToArray();

        foreach (var zoom in new[] { 1, 2, 4, 8 })
            AssertShowsNothing(Pictures.Make(509, 501, PixelLayout.Gray, 8, (x, y, _) => tiles[map[(y / 8 / zoom * 64) + (x / 8 / zoom)]][(y / zoom % 8 * 8) + (x / zoom % 8)]));
    }

    [TestMethod]
    public void WhatWasResampledSinceShowsNothing() => AssertShowsNothing(BicubicResampler.ToSize(JpegBlocks.Spoil(Scene.Value, 60), 200, 133));

    [TestMethod]
    [DataRow(1, 1), DataRow(14, 400), DataRow(400, 14), DataRow(15, 15)]
    public void TheSmallestPicturesShowNothing(int width, int height) => AssertShowsNothing(JpegBlocks.Spoil(Pictures.Noise(width, height, PixelLayout.Rgb), 50));

    [TestMethod]
    public void OfALargePictureASampleIsEnough()
    {
        var tile = JpegBlocks.Spoil(Scene.Value, 85);
        var large = Pictures.Make(1203, 801, PixelLayout.Gray, 8, (x, y, _) => tile[x % 240, y % 160, 1]);

        Assert.IsNull(JpegGrid.Find(new PictureRows(Pictures.Make(1203, 801, PixelLayout.Gray, 8, (x, y, _) => Scene.Value[x % 240, y % 160, 1]))));
        Assert.AreEqual(new JpegGrid(0, 0), JpegGrid.Find(new PictureRows(JpegBlocks.Spoil(large, 85))));
    }

    [TestMethod]
    public void AFilesQualityComesBeforeItsPixelsUnlessItIsTheBest()
    {
        var clean = Copy(Scene.Value, quality: 60);
        Assert.AreEqual((60, true), (JpegTrace.Of(clean)!.Quality, JpegTrace.Of(clean)!.IsLossy));
        Assert.AreEqual("it is a JPEG of quality 60", $"{JpegTrace.Of(clean)}");

        var best = Copy(Scene.Value, quality: 99);
        Assert.AreEqual((99, false), (JpegTrace.Of(best)!.Quality, JpegTrace.Of(best)!.IsLossy));

        var resaved = Copy(JpegBlocks.Spoil(Scene.Value, 60), quality: 99);
        Assert.AreEqual((null, true), (JpegTrace.Of(resaved)!.Quality, JpegTrace.Of(resaved)!.IsLossy));

        Picture Copy(Picture picture, int quality)
        {
            var copy = Pictures.Crop(picture, picture.Width, picture.Height);
            copy.Metadata = new PictureMetadata { JpegQuality = quality };
            return copy;
        }
    }

    [TestMethod]
    public void LookingCanBeCancelled() =>
        Assert.ThrowsExactly<OperationCanceledException>(() => JpegGrid.Find(new PictureRows(Scene.Value), new CancellationToken(canceled: true)));

    private static void AssertShowsNothing(Picture picture) => Assert.IsNull(JpegTrace.Of(picture));
}
