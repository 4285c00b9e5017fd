using AdaFormer.Research.Ablations;

namespace AdaFormer.Research.Tests.Ablations;

[TestClass]
public sealed class EqualWorkTests
{
    [TestMethod]
    [DataRow(0.3)]
    [DataRow(0.95)]
    [DataRow(1.6)]
    public void FindsTheThreshold(double steepness)
    {
        AblationPoint At(double threshold) => new(threshold, 30, 0, 0, 0.25 + 0.75 * Math.Min(1, Math.Pow(threshold / 2, steepness)), 1);
        var found = EqualWork.Search(At, At(0.95), 4);
        Assert.IsNotNull(found);
        Assert.AreEqual(AblationStudy.ComparedWork, found.Work, 0.03);
    }

    [TestMethod]
    public void GivesNothingWhereNothingIsClose()
    {
        static AblationPoint At(double threshold) => new(threshold, 30, 0, 0, threshold < 1 ? 0.25 : 1, 1);
        Assert.IsNull(EqualWork.Search(At, At(0.95), 4));
    }
}
