using System.Text.Json;
using AdaFormer.Tests;

namespace AdaFormer.Cli.Tests;

[TestClass]
public class OtherCommandTests
{
    [TestMethod]
    public void AFolderInPlaceOfAFileIsRefusedBeforeAnyWork()
    {
        using var adaformer = new AdaFormerProcess();
        Directory.CreateDirectory(adaformer["scores.json"]);
        var (code, output, error) = adaformer.Run("eval", "--hr", TestData.Fixture("pictures"), "--json", "scores.json", "--overwrite");
        Assert.AreEqual((1, ""), (code, output));
        Assert.Contains("'scores.json' is a folder", error);
    }

    [TestMethod]
    public void AUsageErrorNamesTheHelpOfTheWholeCommand()
    {
        using var adaformer = new AdaFormerProcess();
        Assert.Contains("see `adaformer models pull --help`", adaformer.Run("models", "pull").Error);
        Assert.Contains("see `adaformer --help`", adaformer.Run("--nonsense").Error);
    }

    [TestMethod]
    public void WeightsBecomeAModelThatUpscales()
    {
        using var adaformer = new AdaFormerProcess();
        var weights = TestData.Fixture("tiny-x3.weights.safetensors");

        var export = adaformer.Run("export", weights, "-o", "model.onnx", "-t", "0.5", "--license", "MIT", "--training-data", "none");
        var info = adaformer.Run("info", "model.onnx");
        var upscale = adaformer.Run("upscale", TestData.Fixture("pictures", "odd.png"), "-m", "model.onnx", "-o", "large.png");

        Assert.AreEqual((0, 0, 0), (export.Code, info.Code, upscale.Code), export.Error + info.Error + upscale.Error);
        foreach (var fact in new[] { "adaformer", "halting_threshold", "0.5", "MIT", "image_skip", "sha256" })
            Assert.Contains(fact, info.Output);
        Assert.Contains("3 times 83×61", upscale.Output);
        Assert.AreEqual(1, adaformer.Run("export", weights, "-o", "model.onnx").Code, "it exists");
        File.Copy(weights, adaformer["own.safetensors"]);
        Assert.AreEqual(1, adaformer.Run("export", "own.safetensors", "-o", "own.safetensors", "--overwrite").Code, "it is the input");
        CollectionAssert.AreEqual(File.ReadAllBytes(weights), File.ReadAllBytes(adaformer["own.safetensors"]));
    }

    [TestMethod]
    public void AFixedSizeTakesPicturesOfThatSizeOnly()
    {
        using var adaformer = new AdaFormerProcess();
        var weights = TestData.Fixture("tiny-x3.weights.safetensors");

        Assert.AreEqual(0, adaformer.Run("export", weights, "-o", "model.onnx", "--fixed-size", "83x61").Code);
        Assert.AreEqual(2, adaformer.Run("export", weights, "-o", "other.onnx", "--fixed-size", "83").Code);

        Assert.AreEqual(0, adaformer.Run("upscale", TestData.Fixture("pictures", "odd.png"), "-m", "model.onnx", "-o", "large.png").Code);
        Assert.AreEqual(1, adaformer.Run("upscale", TestData.Fixture("pictures", "scene.png"), "-m", "model.onnx", "-o", "scene.png").Code);
    }

    [TestMethod]
    public void InfoKnowsWeightsAndTheBuiltInModel()
    {
        using var adaformer = new AdaFormerProcess();

        Assert.Contains("parameters", adaformer.Run("info", TestData.Fixture("tiny-x3.weights.safetensors")).Output);
        Assert.Contains("built-in", adaformer.Run("info").Output);
        Assert.AreEqual(1, adaformer.Run("info", TestData.Fixture("pictures", "odd.png")).Code);
    }

    [TestMethod]
    public void EvalWritesEveryPictureAndTheAverageAsJson()
    {
        using var adaformer = new AdaFormerProcess();
        Directory.CreateDirectory(adaformer["hr"]);
        foreach (var name in new[] { "odd.png", "scene.png" })
            File.Copy(TestData.Fixture("pictures", name), Path.Combine(adaformer["hr"], name));

        var (code, output, error) = adaformer.Run("eval", "--hr", "hr", "--json", "scores.json", "--halting-threshold", "1e9");

        Assert.AreEqual(0, code, error);
        Assert.Contains("average", output);
        using var json = JsonDocument.Parse(File.ReadAllText(adaformer["scores.json"]));
        var images = json.RootElement.GetProperty("images");
        Assert.AreEqual(2, images.GetArrayLength());
        // The bicubic score of the scene is an independent implementation's, in the fixture.
        Assert.AreEqual(18.706806070284504, images[1].GetProperty("bicubic_psnr_y").GetDouble(), 1e-6);
        var average = json.RootElement.GetProperty("average");
        foreach (var key in new[] { "psnr_y", "ssim_y", "bicubic_psnr_y" })
            Assert.AreEqual((images[0].GetProperty(key).GetDouble() + images[1].GetProperty(key).GetDouble()) / 2, average.GetProperty(key).GetDouble(), 1e-9);
        Assert.AreEqual(0, average.GetProperty("halted_share").GetDouble());
        Assert.AreEqual(0, average.GetProperty("halted_last_block").GetDouble());
        Assert.AreEqual(1, adaformer.Run("eval", "--hr", "hr", "--json", "scores.json").Code, "it exists");
    }

    [TestMethod]
    public void EvalMeasuresSpoiltInputsBesideCleanOnes()
    {
        using var adaformer = new AdaFormerProcess();
        Directory.CreateDirectory(adaformer["hr"]);
        File.Copy(TestData.Fixture("pictures", "scene.png"), adaformer["hr/scene.png"]);

        var (code, output, error) = adaformer.Run("eval", "--hr", "hr", "--jpeg", "90,20", "--noise", "10", "--json", "scores.json");

        Assert.AreEqual(0, code, error);
        foreach (var input in new[] { "clean", "JPEG 90", "JPEG 20", "noise 10" })
            Assert.Contains(input, output);
        using var json = JsonDocument.Parse(File.ReadAllText(adaformer["scores.json"]));
        var bicubic = json.RootElement.EnumerateArray().ToDictionary(item => item.GetProperty("input").GetString()!, item => item.GetProperty("average").GetProperty("bicubic_psnr_y").GetDouble());
        Assert.AreEqual(18.706806070284504, bicubic["clean"], 1e-6);
        Assert.IsLessThan(bicubic["clean"], bicubic["JPEG 90"]);
        Assert.IsLessThan(bicubic["JPEG 90"], bicubic["JPEG 20"]);
        Assert.IsLessThan(bicubic["clean"], bicubic["noise 10"]);
        var wrong = adaformer.Run("eval", "--hr", "hr", "--jpeg", "90,101");
        Assert.AreEqual(2, wrong.Code);
        Assert.Contains("101", wrong.Error);
    }

    [TestMethod]
    public void EvalOfMismatchedFoldersSaysWhichPictureIsMissing()
    {
        using var adaformer = new AdaFormerProcess();
        Directory.CreateDirectory(adaformer["hr"]);
        Directory.CreateDirectory(adaformer["lr"]);
        File.Copy(TestData.Fixture("pictures", "odd.png"), Path.Combine(adaformer["hr"], "a.png"));
        File.Copy(TestData.Fixture("pictures", "odd.png"), Path.Combine(adaformer["lr"], "b.png"));

        var (code, _, error) = adaformer.Run("eval", "--hr", "hr", "--lr", "lr");

        Assert.AreEqual(1, code);
        Assert.Contains("a.png", error);
        Assert.AreEqual(1, adaformer.Run("eval", "--hr", "nowhere").Code);
    }

    [TestMethod]
    public void ExportInInt8MeasuresItsRangesOnPicturesAndSaysSo()
    {
        using var adaformer = new AdaFormerProcess();
        Directory.CreateDirectory(adaformer["hr"]);
        File.Copy(TestData.Fixture("pictures", "odd.png"), Path.Combine(adaformer["hr"], "a.png"));
        var weights = TestData.Fixture("tiny-x4.weights.safetensors");

        Assert.AreEqual(2, adaformer.Run("export", weights, "-o", "int8.onnx", "--int8").Code, "no pictures");
        var (code, _, error) = adaformer.Run("export", weights, "-o", "int8.onnx", "--int8", "--calibrate", "hr");

        Assert.AreEqual(0, code, error);
        Assert.Contains("int8", adaformer.Run("info", "int8.onnx").Output.Replace("int8.onnx", "", StringComparison.Ordinal));
    }

    [TestMethod]
    public void R12_ExportInFp16IsHalfAsLargePassesTheModelCheckAndSaysSo()
    {
        using var adaformer = new AdaFormerProcess();
        var weights = TestData.Fixture("tiny-x4.weights.safetensors");

        Assert.AreEqual(2, adaformer.Run("export", weights, "-o", "both.onnx", "--fp16", "--int8", "--calibrate", ".").Code, "both");
        var exact = adaformer.Run("export", weights, "-o", "exact.onnx");
        var half = adaformer.Run("export", weights, "-o", "half.onnx", "--fp16");
        var info = adaformer.Run("info", "half.onnx");
        var upscale = adaformer.Run("upscale", TestData.Fixture("pictures", "odd.png"), "-m", "half.onnx", "-o", "large.png");

        Assert.AreEqual((0, 0, 0, 0), (exact.Code, half.Code, info.Code, upscale.Code), exact.Error + half.Error + info.Error + upscale.Error);
        Assert.Contains("fp16", info.Output);
        Assert.IsLessThan(0.65, new FileInfo(adaformer["half.onnx"]).Length / (double)new FileInfo(adaformer["exact.onnx"]).Length);
    }

    [TestMethod]
    [DataRow("--help", "upscale batch eval info export import models bench")]
    [DataRow("upscale --help", "--output --model --halting-threshold --halting-map --overwrite --tile --device --threads")]
    [DataRow("eval --help", "--hr --lr --json --model --halting-threshold --overwrite")]
    [DataRow("export --help", "--output --halting-threshold --calibrate --int8 --fp16 --maximum-loss --training-data --license --fixed-size --overwrite")]
    [DataRow("info --help", "<file>")]
    [DataRow("--version", "0.")]
    public void HelpNamesEverything(string arguments, string expected)
    {
        using var adaformer = new AdaFormerProcess();

        var (code, output, _) = adaformer.Run(arguments.Split(' '));

        Assert.AreEqual(0, code);
        foreach (var word in expected.Split(' '))
            Assert.Contains(word, output);
    }
}
