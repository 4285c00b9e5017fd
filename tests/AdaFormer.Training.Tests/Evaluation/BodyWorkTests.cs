using AdaFormer.Export;
using AdaFormer.Training.Evaluation;
using AdaFormer.Training.Network;

namespace AdaFormer.Training.Tests.Evaluation;

[TestClass]
public sealed class BodyWorkTests
{
    // By hand for D = 32, S = 8, M = 8, MLP ratio 2, a token: local 3·32² + 2·64·32, global 3·32² + 4·8·32, MLP 4·32²; estimator 9·32·16 + 9·16.
    private const double Local = 7168;
    private const double Global = 4096;
    private const double Mlp = 4096;

    [TestMethod]
    public void CountsEachBranchByWhatItKept()
    {
        var work = new BodyWork(AdaFormerConfiguration.Preset("tiny", 4), new Ablation());
        Assert.AreEqual(1, work.Share([KeptShare.All, KeptShare.All, KeptShare.All, KeptShare.All]), 1e-12);
        var half = (Local + Global + Mlp + 0.5 * Local + 0.25 * Global + 0.6 * Mlp) / (4 * (Local + Global + Mlp));
        Assert.AreEqual(half, work.Share([KeptShare.All, new KeptShare(0.5, 0.25, 0.6)]), 1e-12);
        Assert.AreEqual(3 * 4752 / (4 * (Local + Global + Mlp)), work.EstimatorShare, 1e-12);
    }

    [TestMethod]
    public void ABranchThatIsNotThereCostsNothing()
    {
        var ablation = new Ablation { Branches = AttentionBranches.Local, Masks = HaltingMasks.Local, Exit = HaltingExit.Uniform };
        var work = new BodyWork(AdaFormerConfiguration.Preset("tiny", 4), ablation);
        Assert.AreEqual(0.5, work.Share([KeptShare.All, KeptShare.All]), 1e-12);
        Assert.AreEqual(0, work.EstimatorShare);
    }
}
