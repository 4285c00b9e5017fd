using System.Text.Json;
using AdaFormer.Imaging;
using AdaFormer.Imaging.Png;
using AdaFormer.Tests;

namespace AdaFormer.Cli.Tests;

/// <summary>Models of other makers, by every command that takes models; one of them keeps the size.</summary>
[TestClass]
public sealed class ForeignModelTests : IDisposable
{
    private static readonly string Odd = TestData.Fixture("pictures", "odd.png");
    private readonly AdaFormerProcess _adaformer = new();

    public ForeignModelTests()
    {
        Directory.CreateDirectory(_adaformer["hr"]);
        File.Copy(Odd, Path.Combine(_adaformer["hr"], "odd.png"));
    }

    public void Dispose() => _adaformer.Dispose();

    [TestMethod]
    [DataRow("compact_x4_dyn", "332×244, 4 times 83×61"), DataRow("compact_x4_fixed32", "332×244"), DataRow("compact_x4_fp16", "332×244"), DataRow("levels-x2", "166×122")]
    public void ItUpscales(string name, string words)
    {
        var (code, output, error) = _adaformer.Run("upscale", Odd, "-m", Model(name), "-o", "large.png");

        Assert.AreEqual((0, ""), (code, error));
        Assert.Contains(words, output);
    }

    [TestMethod]
    public void InfoSaysWhatWasFoundOut()
    {
        var (code, output, error) = _adaformer.Run("info", Model("levels-x2"));
        var fixedSize = _adaformer.Run("info", Model("compact_x4_fixed32"));
        var unsure = _adaformer.Run("info", Model("unrelated-x2"));

        Assert.AreEqual(0, code, error);
        foreach (var words in new[] { "NCHW Float, 0 to 255", "scale", "tile_overlap", "'pixels_in'" })
            Assert.Contains(words, output);
        Assert.Contains("32×32 only", fixedSize.Output);
        Assert.Contains("--range 255", unsure.Output);
    }

    [TestMethod]
    public void AnUnknownRangeIsWarnedOfUnlessItIsSaid()
    {
        var assumed = _adaformer.Run("upscale", Odd, "-m", Model("unrelated-x2"), "-o", "a.png");
        var said = _adaformer.Run("upscale", Odd, "-m", Model("unrelated-x2"), "-o", "b.png", "--range", "255");
        var signed = _adaformer.Run("info", Model("unrelated-x2"), "--range", "-1..1");
        var wrong = _adaformer.Run("upscale", Odd, "-m", Model("unrelated-x2"), "-o", "c.png", "--range", "100");
        var builtIn = _adaformer.Run("upscale", Odd, "-o", "d.png", "--range", "255");

        Assert.Contains("--range 255", assumed.Error);
        Assert.AreEqual((0, ""), (said.Code, said.Error));
        Assert.IsFalse(File.ReadAllBytes(_adaformer["a.png"]).AsSpan().SequenceEqual(File.ReadAllBytes(_adaformer["b.png"])));
        Assert.Contains("-1 to 1", signed.Output);
        Assert.AreEqual(2, wrong.Code);
        Assert.Contains("'100'; expected 1", wrong.Error);
        Assert.AreEqual(2, builtIn.Code);
        Assert.Contains("give --model too", builtIn.Error);
    }

    [TestMethod]
    public void R12_WhatTheCheckRefusesRunsIfItIsTrusted()
    {
        var refused = _adaformer.Run("info", Model("random-x1"));

        Assert.AreEqual(1, refused.Code);
        Assert.Contains("RandomNormalLike", refused.Error);
        Assert.Contains("--trust", refused.Error);
        Assert.AreEqual(0, _adaformer.Run("upscale", Odd, "-m", Model("random-x1"), "--trust", "-o", "out.png").Code);
    }

    [TestMethod]
    public void ABatchWithAnotherRangeIsAnother()
    {
        string[] batch = ["batch", "hr", "large", "-m", Model("unrelated-x2")];

        var (_, output, _) = _adaformer.Run(batch);
        Assert.Contains("1 done", output);
        Assert.DoesNotContain("halting", output);
        Assert.Contains("1 skipped", _adaformer.Run(batch).Output);
        Assert.Contains("1 done", _adaformer.Run([.. batch, "--range", "255"]).Output);
    }

    [TestMethod]
    public void AnotherModelIsRefusedByWhatItIs()
    {
        foreach (var command in (string[][])[["upscale", Odd, "-o", "x.png", "-m"], ["info"], ["eval", "--hr", "hr", "-m"], ["batch", "hr", "large", "-m"], ["bench", "--pictures", "hr", "-m"]])
        {
            var (code, _, error) = _adaformer.Run([.. command, Model("two-pictures")]);

            Assert.AreEqual(1, code, command[0]);
            Assert.Contains("takes 2 inputs ('before': Float [n, 3, h, w]", error, command[0]);
        }

        CollectionAssert.AreEqual(Array.Empty<string>(), _adaformer.Files());
    }

    [TestMethod]
    public void AModelOfScaleOneKeepsTheSize()
    {
        var (code, output, error) = _adaformer.Run("upscale", Path.Combine("hr", "odd.png"), "-m", Model("repair-x1"));
        var same = _adaformer.Run("upscale", Odd, "-m", Model("repair-x1"), "--scale", "1", "-o", "same.png");
        var half = _adaformer.Run("upscale", Odd, "-m", Model("repair-x1"), "--scale", "0.5", "-o", "half.png");
        var larger = _adaformer.Run("upscale", Odd, "-m", Model("repair-x1"), "--scale", "2", "-o", "larger.png");
        var batch = _adaformer.Run("batch", "hr", "out", "-m", Model("repair-x1"));

        Assert.AreEqual((0, ""), (code, error));
        Assert.Contains("odd_x1.png: 83×61, as large as the input", output);
        CollectionAssert.AreEqual(File.ReadAllBytes(Path.Combine(_adaformer["hr"], "odd_x1.png")), File.ReadAllBytes(_adaformer["same.png"]));
        Assert.IsFalse(File.ReadAllBytes(Odd).AsSpan().SequenceEqual(File.ReadAllBytes(_adaformer["same.png"])));
        Assert.Contains("42×31, 0.51 times 83×61", half.Output);
        Assert.IsFalse(half.Output.Contains("only resampled", StringComparison.Ordinal), half.Output);
        Assert.AreEqual(1, larger.Code);
        Assert.Contains("keeps the size of pictures (scale 1)", larger.Error);
        Assert.Contains("2 done", batch.Output);
        Assert.IsTrue(File.Exists(Path.Combine(_adaformer["out"], "odd_x1.png")));
    }

    [TestMethod]
    public void EvalMeasuresWhatAModelOfScaleOneRepairs()
    {
        // Without detail that a filter could harm.
        var smooth = new Picture(83, 61, PixelLayout.Rgb);
        for (var y = 0; y < smooth.Height; y++)
            smooth.Row8(y).Fill((byte)(100 + (y % 40)));
        using (var file = File.Create(Path.Combine(_adaformer["hr"], "odd.png")))
            PngFile.Save(smooth, file);

        var (code, output, error) = _adaformer.Run("eval", "--hr", "hr", "-m", Model("repair-x1"), "--noise", "30", "--jpeg", "75", "--json", "scores.json");
        var clean = _adaformer.Run("eval", "--hr", "hr", "-m", Model("repair-x1"));

        Assert.AreEqual((0, ""), (code, error));
        Assert.Contains("before", output);
        // Clean inputs are the originals themselves, so that nothing could be gained.
        Assert.DoesNotContain("Infinity", output + clean.Output);
        Assert.Contains("∞", clean.Output);
        var row = output.Split('\n').Last(line => line.TrimStart().StartsWith("clean", StringComparison.Ordinal));
        Assert.Contains("∞", row);
        Assert.Contains("–", row);
        using var json = JsonDocument.Parse(File.ReadAllText(_adaformer["scores.json"]));
        var noisy = json.RootElement.EnumerateArray().Single(input => input.GetProperty("input").GetString() == "noise 30").GetProperty("average");
        Assert.IsGreaterThan(noisy.GetProperty("bicubic_psnr_y").GetDouble() + 1, noisy.GetProperty("psnr_y").GetDouble(), "noise is removed");
        Assert.AreEqual(0, clean.Code, clean.Error);
        Assert.Contains("--jpeg, --noise or --lr", clean.Error);
    }

    [TestMethod]
    public void BenchPlacesThemBesideOthers()
    {
        var (code, output, error) = _adaformer.Run(
            "bench", "--hr", "hr", "--models", "tiny-x4", Model("compact_x4_dyn"), Model("compact_x4_fixed32"), Model("repair-x1"), "--rounds", "1", "--jpeg", "60", "--json", "bench.json");

        Assert.AreEqual(0, code, error);
        using var json = JsonDocument.Parse(File.ReadAllText(_adaformer["bench.json"]));
        var rows = json.RootElement.EnumerateArray().ToDictionary(row => row.GetProperty("model").GetString()!);
        CollectionAssert.AreEquivalent(new[] { "tiny-x4", "compact_x4_dyn", "compact_x4_fixed32", "repair-x1" }, rows.Keys);
        Assert.AreEqual(1, rows["repair-x1"].GetProperty("scale").GetInt32());
        Assert.AreEqual(31944, rows["compact_x4_dyn"].GetProperty("parameters").GetInt64());
        foreach (var row in rows.Values)
            Assert.IsTrue(row.GetProperty("psnr_y").GetDouble() > 5 && row.GetProperty("milliseconds_per_megapixel").GetDouble() > 0 && row.GetProperty("peak_megabytes").GetDouble() > 0, $"{row}");
        Assert.Contains("repair-x1", output);
        Assert.AreEqual(2, _adaformer.Run("bench", "--pictures", "hr", "--jpeg", "60").Code, "nothing is made of these");
    }

    private static string Model(string name) => TestData.Fixture("models", $"{name}.onnx");
}
