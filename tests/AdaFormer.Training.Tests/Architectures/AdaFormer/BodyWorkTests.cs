using AdaFormer.Export;
using AdaFormer.Training.Architectures.AdaFormer;
using AdaFormer.Training.Evaluation;

namespace AdaFormer.Training.Tests.Architectures.AdaFormer;

[TestClass]
public sealed class BodyWorkTests
{
    // By hand for D = 32, S = 8, M = 8, MLP ratio 2, a token: local 3·32² + 2·64·32, global 3·32² + 4·8·32, MLP 4·32².
    private const double Local = 7168;
    private const double Global = 4096;
    private const double Mlp = 4096;

    [TestMethod]
    public void CountsEachBranchByWhatItKept()
    {
        var work = new BodyWork(AdaFormerConfiguration.Preset("tiny", 4), globalBranch: true);
        Assert.AreEqual(1, work.Share([KeptShare.All, KeptShare.All, KeptShare.All, KeptShare.All]), 1e-12);
        var half = (Local + Global + Mlp + 0.5 * Local + 0.25 * Global + 0.6 * Mlp) / (4 * (Local + Global + Mlp));
        Assert.AreEqual(half, work.Share([KeptShare.All, new KeptShare(0.5, 0.25, 0.6)]), 1e-12);
    }

    [TestMethod]
    public void ABranchThatIsNotThereCostsNothing()
    {
        var work = new BodyWork(AdaFormerConfiguration.Preset("tiny", 4), globalBranch: false);
        Assert.AreEqual(0.5, work.Share([KeptShare.All, KeptShare.All]), 1e-12);
    }
}
