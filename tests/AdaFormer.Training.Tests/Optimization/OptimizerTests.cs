using AdaFormer.Training.Optimization;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace AdaFormer.Training.Tests.Optimization;

[TestClass]
public sealed class OptimizerTests
{
    private static readonly AdamSettings Adam = new(0.9, 0.999, 1e-8);

    [TestMethod]
    public void MakesTheStepsOfTorch()
    {
        random.manual_seed(1);
        var start = rand(3, 4);
        using var mine = new Parameter(start.clone());
        using var theirs = new Parameter(start.clone());
        using var adam = new Optimizer(new AdamPart("trunk", [mine], 1, Adam));
        using var reference = optim.Adam([theirs], 1e-2);
        for (var step = 1; step <= 20; step++)
        {
            (mine * mine * mine).sum().backward();
            Assert.IsTrue(adam.Step(step, 1e-2, 0, tensor(true)).item<bool>());
            reference.zero_grad();
            (theirs * theirs * theirs).sum().backward();
            reference.step();
        }

        Assert.IsLessThan(1e-6f, (mine - theirs).abs().max().item<float>());
    }

    [TestMethod]
    public void ClipsEachPartByItsOwnNorm()
    {
        using var trunk = new Parameter(zeros(1));
        using var estimator = new Parameter(zeros(1));
        using var adam = new Optimizer(new AdamPart("trunk", [trunk], 1, Adam), new AdamPart("estimator", [estimator], 1, Adam));
        (0.5 * trunk + 1000 * estimator).sum().backward();
        adam.Step(1, 1e-2, clip: 1, tensor(true));
        var moments = adam.Moments.ToDictionary(moment => moment.Name, moment => moment.Moment.item<float>());
        Assert.AreEqual(0.05f, moments["adam.trunk.mean"], 1e-6f, "A small gradient is not clipped.");
        Assert.AreEqual(0.1f, moments["adam.estimator.mean"], 1e-6f, "A large one is clipped to 1.");
    }

    [TestMethod]
    public void AGradientThatIsNoNumberChangesNothing()
    {
        using var parameter = new Parameter(ones(2));
        using var adam = new Optimizer(new AdamPart("trunk", [parameter], 1, Adam));
        (parameter * float.NaN).sum().backward();
        Assert.IsFalse(adam.Step(1, 1e-2, 1, tensor(true)).item<bool>());
        Assert.IsTrue(parameter.SameAs(ones(2)));
        parameter.sum().backward();
        Assert.IsFalse(adam.Step(1, 1e-2, 1, tensor(false)).item<bool>());
        Assert.IsTrue(parameter.SameAs(ones(2)), "Once something was not finite, nothing changes any more.");
        Assert.IsTrue(adam.Moments.All(moment => moment.Moment.SameAs(zeros(2))));
    }

    [TestMethod]
    [DataRow(new long[] { 24, 40 })]
    [DataRow(new long[] { 40, 24 })]
    [DataRow(new long[] { 17, 3, 3, 3 })]
    public void MuonLevelsTheSingularValuesOfItsFirstGradient(long[] shape)
    {
        random.manual_seed(2);
        using var scope = NewDisposeScope();
        var gradient = randn(shape);
        var parameter = new Parameter(zeros(shape));
        using var muon = new Optimizer(new MuonPart([parameter]));
        (parameter * gradient).sum().backward();
        Assert.IsTrue(muon.Step(1, 0.5, clip: 1, tensor(true)).item<bool>());

        // Newton-Schulz is a polynomial of the singular values alone, so the gradient's own singular vectors make the step diagonal.
        var (u, _, v) = linalg.svd(gradient.flatten(1), fullMatrices: false);
        var inner = u.t().mm(parameter.detach().flatten(1)).mm(v.t()) / (-0.5 * 0.2 * Math.Sqrt(Math.Max(shape[0], gradient.numel() / shape[0])));
        Assert.IsLessThan(1e-4f, (inner - inner.diag().diag()).abs().max().item<float>());
        Assert.IsGreaterThan(0.6f, inner.diag().min().item<float>());
        Assert.IsLessThan(1.3f, inner.diag().max().item<float>());
    }

    [TestMethod]
    public void MuonFollowsItsMomentum()
    {
        using var scope = NewDisposeScope();
        var gradients = Enumerable.Range(0, 3).Select(_ => randn(20, 16)).ToArray();
        var parameter = new Parameter(zeros(20, 16));
        using var muon = new Optimizer(new MuonPart([parameter]));
        var momentum = zeros(20, 16);
        var expected = zeros(20, 16);
        for (var step = 0; step < gradients.Length; step++)
        {
            (parameter * gradients[step]).sum().backward();
            muon.Step(step + 1, 0.1, 0, tensor(true));
            momentum = 0.95 * momentum + 0.05 * gradients[step];
            expected -= 0.1 * 0.2 * Math.Sqrt(20) * MuonPart.Orthogonal((0.05 * gradients[step] + 0.95 * momentum).unsqueeze(0))[0];
        }

        Assert.IsLessThan(1e-4f, (parameter - expected).abs().max().item<float>());
    }

    [TestMethod]
    public void MuonTakesMatricesAndKernelsOnly()
    {
        Assert.IsTrue(MuonPart.Takes(new Parameter(zeros(48, 3, 3, 3))));
        Assert.IsTrue(MuonPart.Takes(new Parameter(zeros(16, 16))));
        Assert.IsFalse(MuonPart.Takes(new Parameter(zeros(225, 3))), "A table of position biases.");
        Assert.IsFalse(MuonPart.Takes(new Parameter(zeros(8, 48))), "Prototypes.");
        Assert.IsFalse(MuonPart.Takes(new Parameter(zeros(48, 1, 3, 3))), "A depthwise convolution.");
        Assert.IsFalse(MuonPart.Takes(new Parameter(zeros(48))));
    }
}
