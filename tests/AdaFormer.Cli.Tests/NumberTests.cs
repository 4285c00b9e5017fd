using AdaFormer.Tests;

namespace AdaFormer.Cli.Tests;

[TestClass]
public class NumberTests
{
    private static readonly string Scene = TestData.Fixture("pictures", "scene_x4.png");

    [TestMethod]
    [DataRow("2.5", "--scale", "2,5"), DataRow("0.5", "-t", "0,5"), DataRow("1000, or 1.000", "--scale", "1,000"), DataRow("1000000", "--max-pixels", "1,000,000")]
    [DataRow("1000", "--tile", "1,000"), DataRow("whole number", "--tile", "96.5"), DataRow("number", "--scale", "two"), DataRow("whole number", "--threads", " 2")]
    public void ANumberInAnotherCountrysWayIsAUsageErrorThatNamesIt(string advice, string option, string value)
    {
        using var adaformer = new AdaFormerProcess();

        var (code, _, error) = adaformer.Run("upscale", Scene, option, value, "-o", "large.png");

        Assert.AreEqual(2, code);
        Assert.Contains($"'{value}'", error);
        Assert.Contains(advice, error);
        Assert.IsEmpty(adaformer.Files());
    }

    [TestMethod]
    [DataRow("--scale", "1e3"), DataRow("--scale", "1E0"), DataRow("--scale", "+2"), DataRow("--scale", "NaN"), DataRow("--scale", "Infinity"), DataRow("--scale", "∞"), DataRow("--scale", "0x2"), DataRow("--scale", "٢"), DataRow("--scale", "2 ")]
    [DataRow("--width", "1e3"), DataRow("--width", "+100"), DataRow("--tile", "0x60"), DataRow("--max-pixels", "1e6"), DataRow("--threads", "+1"), DataRow("--quality", "９")]
    [DataRow("--halting-threshold", "NaN"), DataRow("--halting-threshold", "Infinity"), DataRow("--halting-threshold", "1e99"), DataRow("--halting-threshold", "e9")]
    [DataRow("--within", "1e3s"), DataRow("--within", "0.000000001s"), DataRow("--within", "NaNs"), DataRow("--share", "1e-1"), DataRow("--share", "NaN%"), DataRow("--share", "+5%"), DataRow("--memory", "1e9B"), DataRow("--memory", "+1GB"), DataRow("--size", "+96x96")]
    public void WhatIsNoPlainNumberIsAUsageErrorThatNamesIt(string option, string value)
    {
        using var adaformer = new AdaFormerProcess();
        string[] refine = option is "--within" or "--share" ? ["--refine", "photo-x4"] : [];

        var (code, _, error) = adaformer.Run(["upscale", Scene, .. refine, $"{option}={value}", "-o", "large.png"]);

        Assert.AreEqual(2, code, error);
        Assert.Contains($"'{value}'", error);
        Assert.AreEqual(2, error.TrimEnd().Split('\n').Length, error);
        Assert.IsEmpty(adaformer.Files());
    }

    [TestMethod]
    [DataRow("--scale", ".5"), DataRow("--scale", "2."), DataRow("-t", "1e9"), DataRow("-t", "-1"), DataRow("-t", "2.5E-1")]
    public void APlainNumberIsTaken(string option, string value)
    {
        using var adaformer = new AdaFormerProcess();

        var (code, _, error) = adaformer.Run("upscale", TestData.Fixture("pictures", "odd.png"), option, value, "-o", "large.png");

        Assert.AreEqual(0, code, error);
    }

    /// <summary>Every option that the help of a command shows to take a number.</summary>
    [TestMethod]
    public void EveryOptionOfANumberRefusesThousandsSeparators()
    {
        using var adaformer = new AdaFormerProcess();
        (string Command, string[] Options)[] commands =
        [
            ("upscale x", ["--width", "--height", "--scale", "--tile", "--overlap", "--quality", "--max-pixels", "--max-output-pixels", "--halting-threshold", "--threads"]),
            ("batch x y", ["--parallel", "--scale", "--threads"]),
            ("export x -o y --calibrate z", ["--halting-threshold", "--calibrate-jpeg", "--maximum-loss"]),
            ("bench --hr x", ["--rounds", "--threads"]),
            ("eval --hr x", ["--halting-threshold", "--threads"]),
        ];
        foreach (var (command, options) in commands)
        {
            foreach (var option in options)
            {
                var (code, _, error) = adaformer.Run([.. command.Split(' '), option, "1,000"]);
                Assert.AreEqual(2, code, $"{command} {option}");
                Assert.Contains($"{option} is '1,000'", error);
            }
        }
    }
}
