using System.Text.Json;
using AdaFormer.Tests;

namespace AdaFormer.Cli.Tests;

/// <summary>A second model on the command line.</summary>
[TestClass]
public class RefineTests
{
    private static readonly string Scene = Path.Combine(TestData.Repository, "samples", "scene-small.png");

    [TestMethod]
    public void TheCostIsSaidBeforeAndWhatWasRefinedAfterwards()
    {
        using var adaformer = new AdaFormerProcess();
        var (code, output, error) = adaformer.Run("upscale", Scene, "-m", "tiny-x2", "--refine", "photo-x2", "--share", "40%", "-o", "a.png", "--halting-map", "map.png");
        Assert.AreEqual(0, code, error);
        Assert.Contains("480×320, about ", error);
        Assert.Contains("by the second model", error);
        Assert.Contains("Refined: 4", output);
        Assert.Contains("map.png", output);
    }

    [TestMethod]
    public void ABatchSaysTheCostBeforeAndWhatWasRefinedAfterwards()
    {
        using var adaformer = new AdaFormerProcess();
        Directory.CreateDirectory(adaformer["in"]);
        File.Copy(Scene, adaformer["in/a.png"]);
        File.WriteAllText(adaformer["in/bad.png"], "no picture");
        string[] options = ["-m", "tiny-x2", "--refine", "photo-x2", "--share", "40%"];
        var (code, output, error) = adaformer.Run(["batch", "in", "large", "--report", "a.jsonl", .. options]);
        Assert.AreEqual(3, code, error);
        Assert.StartsWith("2 pictures, about ", error);
        Assert.Contains("s of it by the second model, one after another", error);
        Assert.AreEqual(2, error.TrimEnd().Split('\n').Length, error);
        Assert.Contains("Refined: 4", output);
        var report = File.ReadAllLines(adaformer["a.jsonl"]).Select(line => JsonDocument.Parse(line).RootElement).Single(line => line.GetProperty("status").GetString() == "done");
        Assert.AreEqual(0.4, report.GetProperty("refined_share").GetDouble(), 0.05);
        var (first, second) = (report.GetProperty("first_seconds").GetDouble(), report.GetProperty("second_seconds").GetDouble());
        Assert.IsTrue(first > 0 && second > 0 && first + second <= report.GetProperty("seconds").GetDouble(), $"{first} {second}");

        (code, output, error) = adaformer.Run(["batch", "in/a.png", "large", .. options]);
        Assert.AreEqual(0, code, error);
        Assert.StartsWith("1 picture, 1 finished, about 0.0 s, one after another", error);
        Assert.DoesNotContain("Refined", output);
    }

    [TestMethod]
    public void ADryRunWritesNothing()
    {
        using var adaformer = new AdaFormerProcess();
        var (code, output, _) = adaformer.Run("upscale", Scene, "--dry-run", "-m", "tiny-x2", "--refine", "photo-x2", "--within", "1h", "-o", "a.png");
        Assert.AreEqual(0, code);
        Assert.Contains("a.png: 480×320, about ", output);
        (code, _, var error) = adaformer.Run("batch", Path.GetDirectoryName(Scene)!, "large", "--dry-run", "-m", "tiny-x2");
        Assert.AreEqual(0, code);
        Assert.Contains("one after another", error);
        Assert.IsEmpty(adaformer.Files());
    }

    [TestMethod]
    [DataRow("--share is '2,5%'", "--refine", "photo-x2", "--share", "2,5%"), DataRow("--share is '150%'", "--refine", "photo-x2", "--share", "150%"), DataRow("give --refine too", "--share", "25%")]
    [DataRow("--within is '20'", "--refine", "photo-x2", "--within", "20"), DataRow("give --refine too", "--within", "20s")]
    public void WhatMakesNoSenseIsAUsageError(string advice, params string[] options)
    {
        using var adaformer = new AdaFormerProcess();
        var (code, _, error) = adaformer.Run(["upscale", Scene, "-o", "a.png", .. options]);
        Assert.AreEqual(2, code);
        Assert.Contains(advice, error);
    }

    [TestMethod]
    public void AModelOfAnotherScaleIsSaid()
    {
        using var adaformer = new AdaFormerProcess();
        var (code, _, error) = adaformer.Run("upscale", Scene, "-m", "tiny-x2", "--refine", "tiny-x3", "-o", "a.png");
        Assert.AreEqual(1, code);
        Assert.Contains("3 times larger", error);
        (code, _, error) = adaformer.Run("upscale", Scene, "--refine", "photo-x2", "-o", "a.png");
        Assert.AreEqual(0, code);
        Assert.Contains("Nothing was refined", error);
    }

    [TestMethod]
    public void BenchCascadeMeasuresAllShares()
    {
        using var adaformer = new AdaFormerProcess();
        var (code, output, error) = adaformer.Run("bench", "cascade", "--hr", TestData.Fixture("pictures"), "-m", "tiny-x4", "--refine", "photo-x4", "--rounds", "1", "--json", "a.json", "--plot", "a.svg");
        Assert.AreEqual(0, code, error);
        Assert.Contains("second alone", output);
        using var json = JsonDocument.Parse(File.ReadAllText(adaformer["a.json"]));
        Assert.AreEqual(7, json.RootElement.GetArrayLength());
        var shares = json.RootElement.EnumerateArray().Select(row => row.GetProperty("Share")).ToArray();
        Assert.AreEqual(0.25, shares[2].GetDouble());
        Assert.AreEqual(JsonValueKind.Null, shares[^1].ValueKind);
        // All refined is nearly the second model alone, and none the first.
        var psnr = json.RootElement.EnumerateArray().Select(row => row.GetProperty("Psnr").GetDouble()).ToArray();
        Assert.AreEqual(psnr[^1], psnr[^2], 0.15);
        Assert.AreEqual(0, json.RootElement[0].GetProperty("Kept").GetDouble());
    }
}
