using AdaFormer.Tests;

namespace AdaFormer.Cli.Tests;

[TestClass]
public class WarningTests
{
    [TestMethod]
    public void AWarningIsSaidOrIsAFailure()
    {
        using var adaformer = new AdaFormerProcess();

        var (code, output, error) = adaformer.Run("upscale", TestData.Fixture("cases", "three-frames.gif"), "-o", "large.bmp");
        Assert.AreEqual(0, code);
        Assert.Contains("large.bmp: 256×192", output);
        Assert.Contains("warning", error);
        Assert.Contains("only the first was read", error);

        (code, _, error) = adaformer.Run("upscale", TestData.Fixture("cases", "three-frames.gif"), "-o", "strict.bmp", "--strict");
        Assert.AreEqual(1, code);
        Assert.Contains("only the first was read", error);
        CollectionAssert.AreEquivalent(new[] { "large.bmp" }, adaformer.Files());
    }

    [TestMethod]
    public void WhatIsCutOffFailsOrIsSalvaged()
    {
        using var adaformer = new AdaFormerProcess();

        var (code, _, error) = adaformer.Run("upscale", TestData.Fixture("cases", "cut.jpg"), "-o", "large.png");
        Assert.AreEqual(1, code);
        Assert.Contains("from row 64 of 120", error);
        Assert.IsEmpty(adaformer.Files());

        (code, _, error) = adaformer.Run("upscale", TestData.Fixture("cases", "cut.jpg"), "-o", "large.png", "--salvage");
        Assert.AreEqual(0, code);
        Assert.Contains("from row 64 of 120", error);
    }

    [TestMethod]
    public void ABatchCountsAndReportsThem()
    {
        using var adaformer = new AdaFormerProcess();
        Directory.CreateDirectory(adaformer["in"]);
        foreach (var name in new[] { "three-pages.tif", "plain-64x48.png", "cut.jpg", "photo.jfif" })
            File.Copy(TestData.Fixture("cases", name), adaformer[$"in/{name}"]);

        foreach (var name in new[] { "notes.txt", "more.txt", "README", ".hidden" })
            File.WriteAllText(adaformer[$"in/{name}"], "");

        var (code, output, error) = adaformer.Run("batch", "in", "out", "--report", "report.jsonl");

        Assert.AreEqual(3, code);
        Assert.Contains("3 done, 0 skipped as finished, 1 failed, of 4, 1 with warnings", output);
        Assert.Contains("three-pages.tif: The TIFF has more pages", error);
        Assert.Contains("3 files were passed over, whose names do not end as those of pictures: 2 .txt, 1 without an ending", error);
        Assert.Contains("\"code\":\"pages\"", File.ReadAllLines(adaformer["report.jsonl"]).Single(line => line.Contains("three-pages.tif", StringComparison.Ordinal)));
    }
}
