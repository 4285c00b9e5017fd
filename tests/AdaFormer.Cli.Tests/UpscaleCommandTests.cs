using System.Diagnostics;
using AdaFormer.ImageSharp;
using AdaFormer.Imaging.Png;
using AdaFormer.Imaging;
using AdaFormer.Tests;

namespace AdaFormer.Cli.Tests;

[TestClass]
public class UpscaleCommandTests
{
    private static readonly string Scene = TestData.Fixture("pictures", "scene_x4.png");

    [TestMethod]
    public void APictureComesOutFourTimesLargerWithItsHaltingMap()
    {
        using var adaformer = new AdaFormerProcess();

        var (code, output, error) = adaformer.Run("upscale", Scene, "-o", "large.png", "--halting-map", "map.png");

        Assert.AreEqual(0, code, error);
        Assert.Contains("large.png: 120×96, 4 times 30×24", output);
        Assert.Contains("map.png", output);
        var picture = new PictureReader().Read(adaformer["large.png"]);
        Assert.AreEqual((120, 96), (picture.Width, picture.Height));
        var map = new PictureReader().Read(adaformer["map.png"]);
        Assert.AreEqual((120, 96), (map.Width, map.Height));
        CollectionAssert.AreEquivalent(new[] { "large.png", "map.png" }, adaformer.Files());
    }

    [TestMethod]
    public void WhichModelAPictureGotAndWhyIsSaid()
    {
        using var adaformer = new AdaFormerProcess();
        var scene = new PictureReader().Read(Path.Combine(TestData.Repository, "samples", "scene-small.png"));
        PictureFormats.Writer(new ImageSharpEncoderOptions { Quality = 60 }).Write(scene, adaformer["a.jpg"], overwrite: false);
        PictureFormats.Writer().Write(PictureFormats.Reader().Read(adaformer["a.jpg"]), adaformer["was-jpeg.png"], overwrite: false);
        PictureFormats.Writer().Write(scene, adaformer["clean.png"], overwrite: false);

        Assert.EndsWith("Model: photo-x4, because it is a JPEG of quality 60\n", adaformer.Run("upscale", "a.jpg").Output);
        Assert.EndsWith("Model: photo-x2, because its pixels show the 8×8 blocks of a JPEG\n", adaformer.Run("upscale", "was-jpeg.png", "--scale", "2").Output);
        Assert.EndsWith("Model: tiny-x4, because nothing shows that it was a JPEG\n", adaformer.Run("upscale", "clean.png").Output);
        Assert.DoesNotContain("Model:", adaformer.Run("upscale", "a.jpg", "-m", "tiny-x4", "-f").Output);
        Assert.DoesNotContain("Model:", adaformer.Run("upscale", "a.jpg", "--scale", "1").Output);
    }

    [TestMethod]
    public void WithoutANameTheResultLiesBesideThePicture()
    {
        using var adaformer = new AdaFormerProcess();
        File.Copy(Scene, adaformer["small.png"]);

        var (code, output, _) = adaformer.Run("upscale", "small.png");

        Assert.AreEqual(0, code);
        Assert.StartsWith("small_x4.png", output);
        Assert.IsTrue(File.Exists(adaformer["small_x4.png"]));
    }

    [TestMethod]
    public void R9_WhatExistsIsKeptUnlessToldOtherwise()
    {
        using var adaformer = new AdaFormerProcess();
        File.WriteAllText(adaformer["large.png"], "precious");

        AssertFails(adaformer.Run("upscale", Scene, "-o", "large.png"), 1, "exists", "--overwrite");
        Assert.AreEqual("precious", File.ReadAllText(adaformer["large.png"]));

        Assert.AreEqual(0, adaformer.Run("upscale", Scene, "-o", "large.png", "--overwrite").Code);
        Assert.AreEqual(120, new PictureReader().Read(adaformer["large.png"]).Width);
    }

    [TestMethod]
    public void R9_ThePictureItselfIsNeverOverwritten()
    {
        using var adaformer = new AdaFormerProcess();
        File.Copy(Scene, adaformer["small.png"]);

        AssertFails(adaformer.Run("upscale", "small.png", "-o", "./small.png", "--overwrite"), 1, "never overwritten");
        AssertFails(adaformer.Run("upscale", "small.png", "-o", "a.png", "--halting-map", "a.png"), 1, "two names");
        File.CreateSymbolicLink(adaformer["link.png"], adaformer["small.png"]);
        AssertFails(adaformer.Run("upscale", "link.png", "-o", "small.png", "--overwrite"), 1, "never overwritten");

        CollectionAssert.AreEqual(File.ReadAllBytes(Scene), File.ReadAllBytes(adaformer["small.png"]));
    }

    [TestMethod]
    public void R1_EveryFailureIsOneLineAndLeavesNoFile()
    {
        using var adaformer = new AdaFormerProcess();
        File.WriteAllText(adaformer["page.png"], "<html>404 Not Found</html>");
        File.WriteAllBytes(adaformer["cut.png"], File.ReadAllBytes(Scene)[..200]);
        File.WriteAllText(adaformer["model.onnx"], "<html>404 Not Found</html>");
        File.WriteAllText(adaformer["file"], "not a folder");
        var before = adaformer.Files();

        AssertFails(adaformer.Run("upscale", "missing.png", "-o", "out.png"), 1, "missing.png");
        AssertFails(adaformer.Run("upscale", "page.png", "-o", "out.png"), 1, "page.png");
        AssertFails(adaformer.Run("upscale", "cut.png", "-o", "out.png"), 1, "cut.png");
        AssertFails(adaformer.Run("upscale", Scene, "-o", "out.png", "-m", "model.onnx"), 1, "model.onnx");
        AssertFails(adaformer.Run("upscale", Scene, "-o", "out.png", "-m", "missing.onnx"), 1, "missing.onnx");
        AssertFails(adaformer.Run("upscale", Scene, "-o", "no/such/folder/out.png"), 1, "folder");
        AssertFails(adaformer.Run("upscale", Scene, "-o", "file/out.png"), 1, "file");
        AssertFails(adaformer.Run("upscale", Scene, "-o", "out.tga"), 1, ".png");

        CollectionAssert.AreEquivalent(before, adaformer.Files());
    }

    [TestMethod]
    public void R3_PicturesAboveTheLimitsAreRefused()
    {
        using var adaformer = new AdaFormerProcess();

        AssertFails(adaformer.Run("upscale", TestData.Fixture("hostile", "png", "claims-50000x50000.png"), "-o", "out.png"), 1, "50000×50000", "limit of 268435456");
        AssertFails(adaformer.Run("upscale", Scene, "-o", "out.png", "--max-pixels", "719"), 1, "30×24", "limit of 719");
        AssertFails(adaformer.Run("upscale", Scene, "-o", "out.png", "--max-output-pixels", "11519"), 1, "120×96", "limit of 11519");
        Assert.AreEqual(2, adaformer.Run("upscale", Scene, "-o", "out.png", "--max-pixels", "0").Code);
        Assert.IsEmpty(adaformer.Files());
        Assert.AreEqual(0, adaformer.Run("upscale", Scene, "-o", "out.png", "--max-pixels", "720", "--max-output-pixels", "11520").Code);
    }

    [TestMethod]
    public void UsageErrorsAreTwo()
    {
        using var adaformer = new AdaFormerProcess();

        Assert.AreEqual(2, adaformer.Run("upscale").Code);
        Assert.AreEqual(2, adaformer.Run("upscale", Scene, "--no-such-option").Code);
        Assert.AreEqual(2, adaformer.Run("upscale", Scene, "--halting-threshold", "high").Code);
        Assert.AreEqual(2, adaformer.Run("upscale", Scene, "--halting-threshold", "NaN").Code);
        Assert.AreEqual(2, adaformer.Run("upscale", Scene, "--tile", "0").Code);
        Assert.AreEqual(2, adaformer.Run("upscale", Scene, "--overlap", "-1").Code);
        foreach (var size in new[] { "1", "GB", "-1GB", "1,5GB", "0MB", "NaNMB", "1e30GB" })
            Assert.AreEqual(2, adaformer.Run("upscale", Scene, "--memory", size).Code, size);
        Assert.AreEqual(2, adaformer.Run("upscale", Scene, "--threads", "-1").Code);
        Assert.AreEqual(2, adaformer.Run("no-such-command").Code);
    }

    [TestMethod]
    public void TheDialHaltsEverythingOrNothing()
    {
        using var adaformer = new AdaFormerProcess();

        Assert.Contains("halting saved 100", adaformer.Run("upscale", Scene, "-o", "fast.png", "-t", "-1").Output);
        Assert.Contains("halting saved 0", adaformer.Run("upscale", Scene, "-o", "full.png", "-t", "1e9").Output);
        CollectionAssert.AreNotEqual(File.ReadAllBytes(adaformer["fast.png"]), File.ReadAllBytes(adaformer["full.png"]));
    }

    [TestMethod]
    [OSCondition(OperatingSystems.Linux | OperatingSystems.OSX)]
    public void R6_InterruptedItStopsAndLeavesNoFile()
    {
        using var adaformer = new AdaFormerProcess();
        using (var stream = File.Create(adaformer["wide.png"]))
            PngFile.Save(new Picture(2600, 2600, PixelLayout.Rgb), stream);
        using var process = adaformer.Start("upscale", "wide.png", "-o", "out.png", "-t", "1e9");
        Assert.IsFalse(process.WaitForExit(TimeSpan.FromSeconds(2)), "the picture is large enough to be interrupted");

        using var interrupt = Process.Start("kill", ["-INT", process.Id.ToString()]);

        Assert.IsTrue(process.WaitForExit(TimeSpan.FromSeconds(30)));
        Assert.AreEqual(130, process.ExitCode);
        CollectionAssert.AreEqual(new[] { "wide.png" }, adaformer.Files());
    }

    private static void AssertFails((int Code, string Output, string Error) run, int code, params string[] says)
    {
        Assert.AreEqual(code, run.Code, run.Error);
        Assert.AreEqual("", run.Output);
        Assert.AreEqual(1, run.Error.TrimEnd().Split('\n').Length, run.Error);
        Assert.StartsWith("adaformer: ", run.Error);
        foreach (var text in says)
            Assert.Contains(text, run.Error);
    }
}
