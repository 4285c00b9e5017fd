using AdaFormer.Imaging;
using AdaFormer.Tests;

namespace AdaFormer.Cli.Tests;

[TestClass]
public class SizeOptionTests
{
    // 30×24
    private static readonly string Scene = TestData.Fixture("pictures", "scene_x4.png");

    [TestMethod]
    [DataRow("--size", "100x50", "s_100x50.png", 63, 50), DataRow("--width", "61", "s_w61.png", 61, 49), DataRow("--height", "20", "s_h20.png", 25, 20), DataRow("--scale", "2.5", "s_x2.5.png", 75, 60)]
    public void R2_TheResultHasTheSizeAskedFor(string option, string value, string name, int width, int height)
    {
        using var adaformer = new AdaFormerProcess();
        File.Copy(Scene, adaformer["s.png"]);

        var (code, output, error) = adaformer.Run("upscale", "s.png", option, value);

        Assert.AreEqual(0, code, error);
        Assert.Contains($"{name}: {width}×{height}, ", output);
        Assert.AreEqual(height < 24, output.Contains("only resampled"));
        var picture = new PictureReader().Read(adaformer[name]);
        Assert.AreEqual((width, height), (picture.Width, picture.Height));
    }

    [TestMethod]
    public void R9_WithASizeTheInputIsNotOverwrittenEither()
    {
        using var adaformer = new AdaFormerProcess();
        File.Copy(Scene, adaformer["s.png"]);
        foreach (var output in new[] { "s.png", "./s.png" })
        {
            var (code, _, error) = adaformer.Run("upscale", "s.png", "--scale", "1", "-o", output, "--overwrite");
            Assert.AreEqual(1, code);
            Assert.Contains("never overwritten", error);
        }

        CollectionAssert.AreEqual(File.ReadAllBytes(Scene), File.ReadAllBytes(adaformer["s.png"]));
    }

    [TestMethod]
    public void TheHaltingMapHasTheResultsSize()
    {
        using var adaformer = new AdaFormerProcess();

        Assert.AreEqual(0, adaformer.Run("upscale", Scene, "--scale", "5", "-o", "large.png", "--halting-map", "map.png").Code);

        var map = new PictureReader().Read(adaformer["map.png"]);
        Assert.AreEqual((150, 120), (map.Width, map.Height));
    }

    [TestMethod]
    public void WrongSizesAreUsageErrors()
    {
        using var adaformer = new AdaFormerProcess();
        string[][] wrong =
        [
            ["--size", "100"], ["--size", "0x5"], ["--size", "axb"], ["--width", "0"], ["--width", "65537"], ["--height", "tall"], ["--scale", "0"], ["--scale", "NaN"],
            ["--scale", "large"], ["--scale", "1e9"], ["--width", "5", "--height", "5"], ["--size", "5x5", "--scale", "2"], ["--quality", "0"], ["--quality", "101"],
        ];
        foreach (var options in wrong)
            Assert.AreEqual(2, adaformer.Run(["upscale", Scene, "-o", "a.png", .. options]).Code, string.Join(' ', options));
        Assert.IsEmpty(adaformer.Files());
    }
}
