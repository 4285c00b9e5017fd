using AdaFormer.Research.Halting;

namespace AdaFormer.Research.Tests.Halting;

[TestClass]
public sealed class RankCorrelationTests
{
    [TestMethod]
    public void AnyRisingRelationIsOneAndAnyFallingMinusOne()
    {
        float[] values = [3, -1, 7, 2, 100];
        Assert.AreEqual(1, RankCorrelation.Of(values, [.. values.Select(value => value * value * value)]), 1e-12);
        Assert.AreEqual(-1, RankCorrelation.Of(values, [.. values.Select(value => -value)]), 1e-12);
    }

    [TestMethod]
    public void WithoutTiesItIsTheTextbooksFormula()
    {
        // 1 − 6 Σd² / (n(n² − 1)), where Σd² is 4.
        Assert.AreEqual(1 - (6.0 * 4 / (5 * 24)), RankCorrelation.Of([1, 2, 3, 4, 5], [2, 1, 4, 3, 5]), 1e-12);
    }

    [TestMethod]
    public void EqualValuesShareTheirMeanRank()
    {
        // Ranks (0.5, 0.5, 2.5, 2.5) against (0, 1, 2, 3): covariance 4, variances 4 and 5.
        Assert.AreEqual(4 / Math.Sqrt(4 * 5), RankCorrelation.Of([1, 1, 2, 2], [1, 2, 3, 4]), 1e-12);
        Assert.IsTrue(double.IsNaN(RankCorrelation.Of([1, 1], [1, 2])));
    }

    [TestMethod]
    public void SidesOfUnequalLengthAreRefused() =>
        Assert.ThrowsExactly<ArgumentException>(() => RankCorrelation.Of([1], [1, 2]));
}
