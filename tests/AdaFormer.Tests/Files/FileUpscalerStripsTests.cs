using AdaFormer.Files;
using AdaFormer.Imaging;
using AdaFormer.Tests.Imaging;
using AdaFormer.Tests.Upscaling;

namespace AdaFormer.Tests.Files;

/// <summary>A file that is cut, upscaled in strips and put together.</summary>
[TestClass]
public class FileUpscalerStripsTests
{
    private static readonly FileUpscaleOptions Options = new() { Upscaling = new UpscaleOptions { TileSize = 48, TileOverlap = 8 } };

    [TestMethod]
    [DataRow(PixelLayout.Gray, 8, 2.0)]
    [DataRow(PixelLayout.Rgb, 16, 2.0)]
    [DataRow(PixelLayout.Rgba, 8, 2.0)]
    [DataRow(PixelLayout.GrayAlpha, 16, 2.0)]
    [DataRow(PixelLayout.Rgb, 8, 1.7)]
    public void R4_StripsPutTogetherAreTheWholePicturesFile(PixelLayout layout, int bitDepth, double scale)
    {
        using var folder = new TemporaryFolder();
        using var model = Models.Load("tiny-x2-skip");
        var files = new FileUpscaler(model, options: Options with { TargetSize = TargetSize.Scaled(scale) });
        var picture = Models.Picture(70, 211, layout, bitDepth);
        picture.Metadata = new PictureMetadata { IccProfile = new byte[] { 1, 2, 3, 4, 5 } };
        new PictureWriter().Write(picture, folder.File("in.png"));
        var expected = files.Upscale(folder.File("in.png"), folder.File("whole.png"));

        var cut = files.Cut(folder.File("in.png"), folder.File("out.png"), 4000, default)!;
        Assert.AreEqual((7, 48), (cut.Count, cut.TileSize));
        string[] strips = [.. Enumerable.Range(0, cut.Count).Select(strip => folder.File($"{strip}"))];
        foreach (var strip in Enumerable.Range(0, cut.Count).Reverse())
            files.UpscaleStrip(folder.File("in.png"), folder.File("out.png"), cut, strip, strips[strip], null, default);
        var result = files.Join(folder.File("in.png"), folder.File("out.png"), cut, strips, default);

        Assert.AreEqual(expected with { Models = result.Models, Warnings = result.Warnings }, result);
        CollectionAssert.AreEqual(expected.Models.ToArray(), result.Models.ToArray());
        CollectionAssert.AreEqual(File.ReadAllBytes(folder.File("whole.png")), File.ReadAllBytes(folder.File("out.png")));
    }

    [TestMethod]
    public void StripsHaveAboutAQuarterOfTheLimit()
    {
        using var folder = new TemporaryFolder();
        using var model = Models.Load("tiny-x2-skip");
        var files = new FileUpscaler(model, options: Options);
        new PictureWriter().Write(Models.Picture(20, 400), folder.File("in.png"));

        // A row of tiles has 32 rows, of which the result has 64 of 40 pixels.
        CollectionAssert.AreEqual(new[] { 32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 400 }, EndsAt(1));
        CollectionAssert.AreEqual(new[] { 64, 128, 192, 256, 320, 384, 400 }, EndsAt(4 * 64 * 80));
        CollectionAssert.AreEqual(new[] { 96, 192, 288, 384, 400 }, EndsAt((40 * 800) - 1));
        Assert.IsNull(files.Cut(folder.File("in.png"), folder.File("out.png"), 40 * 800, default));

        int[] EndsAt(long pixels) => [.. files.Cut(folder.File("in.png"), folder.File("out.png"), pixels, default)!.Ends];
    }

    [TestMethod]
    public void APictureThatChangedAfterItWasCutIsRefused()
    {
        using var folder = new TemporaryFolder();
        using var model = Models.Load("tiny-x2-skip");
        var files = new FileUpscaler(model, options: Options);
        new PictureWriter().Write(Models.Picture(20, 100), folder.File("in.png"));
        var cut = files.Cut(folder.File("in.png"), folder.File("out.png"), 1, default)!;
        new PictureWriter().Write(Models.Picture(20, 101), folder.File("in.png"), overwrite: true);

        var exception = Assert.ThrowsExactly<IOException>(() => files.UpscaleStrip(folder.File("in.png"), folder.File("out.png"), cut, 0, folder.File("0"), null, default));

        Assert.Contains("changed after it was cut", exception.Message);
        Assert.IsFalse(File.Exists(folder.File("0")));
    }

    [TestMethod]
    public void WhatIsDamagedFailsBeforeItIsCut()
    {
        using var folder = new TemporaryFolder();
        using var model = Models.Load("tiny-x2-skip");
        new PictureWriter().Write(Models.Picture(20, 100), folder.File("in.png"));
        using (var file = File.OpenWrite(folder.File("in.png")))
            file.SetLength(file.Length * 9 / 10);

        Assert.ThrowsExactly<PictureFormatException>(() => new FileUpscaler(model, options: Options).Cut(folder.File("in.png"), folder.File("out.png"), 1, default));
    }

    [TestMethod]
    public void WhatNeedsTheWholePictureOrTwoModelsIsNotCut()
    {
        using var folder = new TemporaryFolder();
        using var model = Models.Load("tiny-x2-skip");
        new PictureWriter().Write(Models.Picture(20, 100), folder.File("in.png"));

        Assert.IsNull(Cut(Options with { TargetSize = TargetSize.Scaled(4) }));
        Assert.IsNull(Cut(Options with { TargetSize = TargetSize.Scaled(0.5) }));
        Assert.IsNull(Cut(Options with { Upscaling = Options.Upscaling with { Refinement = new Refinement(model) } }));
        Assert.IsNotNull(Cut(Options));

        PictureCut? Cut(FileUpscaleOptions options) => new FileUpscaler(model, options: options).Cut(folder.File("in.png"), folder.File("out.png"), 1, default);
    }
}
