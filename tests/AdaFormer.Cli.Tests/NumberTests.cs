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
