using System.Text.Json;
using AdaFormer.Tests;

namespace AdaFormer.Cli.Tests;

[TestClass]
public class ZooCommandTests
{
    private static readonly string Checkpoint = TestData.Fixture("checkpoints", "etds-x2.pth");

    [TestMethod]
    public void APublishedCheckpointBecomesAModelThatUpscales()
    {
        using var adaformer = new AdaFormerProcess();

        var import = adaformer.Run("import", Checkpoint, "-o", "small.onnx", "--source", "https://example.org/weights", "--license", "Apache-2.0");
        var info = adaformer.Run("info", "small.onnx");
        var upscale = adaformer.Run("upscale", TestData.Fixture("pictures", "odd.png"), "-m", "small.onnx", "-o", "large.png");
        var map = adaformer.Run("upscale", TestData.Fixture("pictures", "odd.png"), "-m", "small.onnx", "-o", "other.png", "--halting-map", "map.png");

        Assert.AreEqual((0, 0, 0), (import.Code, info.Code, upscale.Code), import.Error + info.Error + upscale.Error);
        Assert.Contains("taken: 'params'", import.Output);
        Assert.AreEqual("", import.Error);
        Assert.Contains("2 times 83×61", upscale.Output);
        Assert.Contains("does not halt", upscale.Output);
        Assert.AreEqual(1, map.Code);
        Assert.Contains("does not halt", map.Error);
        foreach (var fact in new[] { "etds", "Apache-2.0", "https://example.org/weights" })
        {
            Assert.Contains(fact, info.Output);
            Assert.Contains(fact, File.ReadAllText(adaformer["small.md"]));
        }

        CollectionAssert.AreEqual(new[] { "large.png", "small.md", "small.onnx", "small.safetensors" }, adaformer.Files());
        Assert.Contains("does not halt", adaformer.Run("export", "small.safetensors", "-o", "again.onnx", "--license", "Apache-2.0").Output);
        Assert.Contains("leave out --calibrate", adaformer.Run("export", "small.safetensors", "-o", "other.onnx", "--calibrate", TestData.Fixture("pictures")).Error);
    }

    [TestMethod]
    public void MissingSourceAndLicenceAreWarnedOf()
    {
        using var adaformer = new AdaFormerProcess();

        var (code, _, error) = adaformer.Run("import", Checkpoint);

        Assert.AreEqual(0, code, error);
        Assert.Contains("source of the weights is unknown", error);
        Assert.Contains("licence of the weights is unknown", error);
        Assert.Contains("**unknown**", File.ReadAllText(adaformer["etds-x2.md"]));
        Assert.AreEqual(1, adaformer.Run("import", Checkpoint).Code, "it exists");
    }

    [TestMethod]
    public void AModelMayGoIntoAFolder()
    {
        using var adaformer = new AdaFormerProcess();
        Directory.CreateDirectory(adaformer["zoo"]);

        Assert.AreEqual(0, adaformer.Run("import", Checkpoint, "-o", "zoo/").Code);
        Assert.Contains("no folder 'none/'", adaformer.Run("import", Checkpoint, "-o", "none/").Error);

        CollectionAssert.AreEquivalent(new[] { "etds-x2.md", "etds-x2.onnx", "etds-x2.safetensors" }, Directory.GetFiles(adaformer["zoo"]).Select(Path.GetFileName).ToArray());
        CollectionAssert.AreEqual(Array.Empty<string>(), adaformer.Files());
    }

    [TestMethod]
    public void R11_AHostileCheckpointIsRefusedByName()
    {
        using var adaformer = new AdaFormerProcess();
        File.WriteAllBytes(adaformer["bad.pth"], [0x80, 2, .. "cposix\nsystem\n(X\x05\0\0\0touchtR."u8]);

        var (code, _, error) = adaformer.Run("import", "bad.pth");

        Assert.AreEqual(1, code);
        Assert.Contains("'posix.system'", error);
        CollectionAssert.AreEqual(new[] { "bad.pth" }, adaformer.Files());
    }

    [TestMethod]
    public void InfoSaysWhatACheckpointIs()
    {
        using var adaformer = new AdaFormerProcess();

        var known = adaformer.Run("info", Checkpoint);
        var unknown = adaformer.Run("info", TestData.Fixture("checkpoints", "wrapped.pth"));

        Assert.Contains("etds (custom), 2 times larger", known.Output);
        Assert.Contains("'params_ema', next to 'params'", unknown.Output);
        Assert.Contains("match no known architecture", unknown.Output);
    }

    [TestMethod]
    public void AModelIsPulledListedCheckedAndTakenByName()
    {
        using var adaformer = new AdaFormerProcess();
        var origin = Path.Combine(TestData.Repository, "models");

        var pull = adaformer.Run("models", "pull", origin, "tiny-x2", "--folder", "models");
        var list = adaformer.Run("models", "list", "--folder", "models");
        var verify = adaformer.Run("models", "verify", "--folder", "models");
        var show = adaformer.Run("models", "show", "tiny-x2", "--folder", "models");

        Assert.AreEqual((0, 0, 0, 0), (pull.Code, list.Code, verify.Code, show.Code), pull.Error + list.Error + verify.Error + show.Error);
        Assert.Contains("tiny-x2", list.Output);
        Assert.Contains("tiny-x4", list.Output);
        Assert.Contains("tiny-x2/tiny-x2.onnx: right", verify.Output);
        Assert.Contains("halting_threshold", show.Output);
        Assert.AreEqual(0, adaformer.Run("models", "pull", origin, "tiny-x4-int8", "--folder", "models").Code);
        Assert.Contains("int8", adaformer.Run("models", "list", "--folder", "models").Output.Replace("tiny-x4-int8", "", StringComparison.Ordinal));
        File.AppendAllText(Path.Combine(adaformer["models"], "tiny-x2", "tiny-x2.onnx"), "x");
        Assert.AreEqual(1, adaformer.Run("models", "verify", "--folder", "models").Code);
        Assert.AreEqual(1, adaformer.Run("models", "pull", "nowhere", "--folder", "models").Code);
    }

    [TestMethod]
    public void BenchComparesModelsInTableJsonAndPlot()
    {
        using var adaformer = new AdaFormerProcess();
        Directory.CreateDirectory(adaformer["hr"]);
        File.Copy(TestData.Fixture("pictures", "odd.png"), Path.Combine(adaformer["hr"], "odd.png"));
        Assert.AreEqual(0, adaformer.Run("import", Checkpoint, "-o", "small.onnx").Code);

        var (code, output, error) = adaformer.Run("bench", "--hr", "hr", "--models", "tiny-x4", "small.onnx", "--rounds", "1", "--json", "bench.json", "--plot", "bench.svg");

        Assert.AreEqual(0, code, error);
        Assert.Contains("small", output);
        using var json = JsonDocument.Parse(File.ReadAllText(adaformer["bench.json"]));
        var rows = json.RootElement.EnumerateArray().ToArray();
        Assert.HasCount(2, rows);
        foreach (var key in new[] { "psnr_y", "ssim_y", "parameters", "multiply_adds_per_pixel", "milliseconds_per_megapixel", "peak_megabytes" })
            Assert.IsTrue(rows.All(row => row.GetProperty(key).GetDouble() > 0), key);
        Assert.AreEqual(313018, rows[0].GetProperty("parameters").GetInt32());
        Assert.IsTrue(rows.All(row => row.GetProperty("on_front").GetBoolean()), "they are of different scales");
        Assert.Contains("tiny-x4", File.ReadAllText(adaformer["bench.svg"]));
        Assert.AreEqual(2, adaformer.Run("bench", "--models", "tiny-x4").Code, "no pictures");
        Assert.AreEqual(2, adaformer.Run("bench", "--pictures", "hr", "--plot", "x.svg").Code, "no quality to plot");
    }
}
