using AdaFormer.Training.Configuration;
using AdaFormer.Training.Data;
using AdaFormer.Training.Data.Degradations;

namespace AdaFormer.Training.Tests.Data.Degradations;

[TestClass]
public sealed class DegradationPlanTests
{
    private static readonly DegradationConfiguration Clean = new()
    {
        JpegProbability = 0,
        BlurProbability = 0,
        GaussianNoiseProbability = 0,
        PoissonNoiseProbability = 0,
    };

    [TestMethod]
    public void PlansHaveTheSharesAndRangesOfTheirConfiguration()
    {
        var c = new DegradationConfiguration { JpegQuality = new(40, 44), SecondJpegProbability = 0.4 };
        var plans = Plans(c, 8000);
        AssertShare(0.85, plans.Select(plan => plan.Saves.Count > 0));
        AssertShare(0.2, plans.Select(plan => plan.Blur > 0));
        AssertShare(0.15, plans.Select(plan => plan.GaussianNoise > 0));
        AssertShare(0.1, plans.Select(plan => plan.PoissonNoise > 0));
        AssertShare(0.15 * 0.8 * 0.85 * 0.9, plans.Select(plan => plan.IsClean));
        var saved = plans.Where(plan => plan.Saves.Count > 0).ToArray();
        AssertShare(0.4, saved.Select(plan => plan.Saves.Count == 2));
        AssertShare(0.35, saved.Select(plan => plan.Saves[0].FullChroma));
        foreach (var quality in Enumerable.Range(40, 5))
            AssertShare(0.2, saved.Select(plan => plan.Saves[0].Quality == quality));
        Assert.HasCount(256, saved.Select(plan => (plan.Saves[0].PhaseX, plan.Saves[0].PhaseY)).ToHashSet(), "The grid begins anywhere.");
        AssertShare(0.5 + 0.5 / 256, saved.Where(plan => plan.Saves.Count == 2).Select(SameGrid));
        Assert.IsTrue(plans.All(plan => plan.Blur is 0 or (>= 0.2 and <= 0.7) && plan.GaussianNoise is 0 or (>= 0.5 and <= 4)));

        static bool SameGrid(DegradationPlan plan) => (plan.Saves[0].PhaseX, plan.Saves[0].PhaseY) == (plan.Saves[1].PhaseX, plan.Saves[1].PhaseY);

        static void AssertShare(double expected, IEnumerable<bool> drawn) => Assert.AreEqual(expected, drawn.Average(happens => happens ? 1.0 : 0), 0.025);
    }

    [TestMethod]
    public void ABlurIsTheGaussianOfThePixelsAround()
    {
        const double Sigma = 0.6;
        var plan = Plans(Clean with { BlurProbability = 1, BlurSigma = new(Sigma, Sigma) }, 1)[0];
        Assert.AreEqual(2, plan.Margin);
        var (planes, random) = (Noise(15), new SampleRandom(1, 1));
        var result = plan.Apply([.. planes], 15, ref random);
        for (var i = 0; i < result.Length; i++)
        {
            var (x, y, channel) = (i % 11 + 2, i / 11 % 11 + 2, i / 121);
            var (sum, weights) = (0.0, 0.0);
            for (var dy = -2; dy <= 2; dy++)
            {
                for (var dx = -2; dx <= 2; dx++)
                {
                    var weight = Math.Exp(-(dx * dx + dy * dy) / (2 * Sigma * Sigma));
                    sum += weight * planes[(channel * 15 + y + dy) * 15 + x + dx];
                    weights += weight;
                }
            }

            Assert.AreEqual(sum / weights * 255, result[i] * 255, 0.501, "Rounded to 8 bits.");
        }
    }

    [TestMethod]
    public void GaussianNoiseIsAsStrongEverywhere()
    {
        var plan = Plans(Clean with { GaussianNoiseProbability = 1, GaussianNoiseSigma = new(3, 3) }, 1)[0];
        foreach (var level in new[] { 30, 200 })
        {
            var (mean, deviation) = Spread(plan, level);
            Assert.AreEqual(level, mean, 0.1);
            Assert.AreEqual(Math.Sqrt(9 + 1.0 / 12), deviation, 0.06, "With what rounding adds.");
        }
    }

    [TestMethod]
    public void PoissonNoiseGrowsWithTheRootOfTheLight()
    {
        var plan = Plans(Clean with { PoissonNoiseProbability = 1, PoissonNoiseSigma = new(8, 8) }, 1)[0];
        // 8 grey levels in white are 1,016 events there: 4 of them make one grey level, and 20 make level 5.
        foreach (var level in new[] { 5, 64, 180 })
        {
            var (mean, deviation) = Spread(plan, level);
            Assert.AreEqual(level, mean, 0.2);
            Assert.AreEqual(Math.Sqrt(64 * level / 255.0 + 1.0 / 12), deviation, 0.15);
        }
    }

    [TestMethod]
    public void TwoSavesNeedTwoMargins()
    {
        var plan = Plans(Clean with { JpegProbability = 1, SecondJpegProbability = 1, BlurProbability = 1, BlurSigma = new(1, 1) }, 1)[0];
        Assert.AreEqual(35, plan.Margin);
        var random = new SampleRandom(1, 1);
        Assert.HasCount(3 * 5 * 5, plan.Apply(Noise(75), 75, ref random));
    }

    private static (double Mean, double Deviation) Spread(DegradationPlan plan, int level)
    {
        var random = new SampleRandom(5, level);
        var values = plan.Apply([.. Enumerable.Repeat(level / 255f, 3 * 100 * 100)], 100, ref random).Select(value => value * 255.0).ToArray();
        var mean = values.Average();
        return (mean, Math.Sqrt(values.Average(value => (value - mean) * (value - mean))));
    }

    private static DegradationPlan[] Plans(DegradationConfiguration c, int count)
    {
        var random = new SampleRandom(3, 7);
        var plans = new DegradationPlan[count];
        for (var i = 0; i < count; i++)
            plans[i] = DegradationPlan.Draw(c, ref random);
        return plans;
    }

    private static float[] Noise(int side)
    {
        var random = new Random(1);
        return [.. Enumerable.Range(0, 3 * side * side).Select(_ => random.NextSingle())];
    }
}
