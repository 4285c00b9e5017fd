using AdaFormer.Training.Optimization;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace AdaFormer.Training.Tests.Optimization;

[TestClass]
public sealed class AdamOptimizerTests
{
    [TestMethod]
    public void MakesTheStepsOfTorch()
    {
        random.manual_seed(1);
        var start = rand(3, 4);
        using var mine = new Parameter(start.clone());
        using var theirs = new Parameter(start.clone());
        using var adam = new AdamOptimizer([mine], [], 1, 0.9, 0.999, 1e-8);
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
        using var adam = new AdamOptimizer([trunk], [estimator], 1, 0.9, 0.999, 1e-8);
        (0.5 * trunk + 1000 * estimator).sum().backward();
        adam.Step(1, 1e-2, clip: 1, tensor(true));
        var moments = adam.Moments.ToDictionary(moment => moment.Name, moment => moment.Moment.item<float>());
        Assert.AreEqual(0.05f, moments["trunk.mean"], 1e-6f, "A small gradient is not clipped.");
        Assert.AreEqual(0.1f, moments["estimator.mean"], 1e-6f, "A large one is clipped to 1.");
    }

    [TestMethod]
    public void AGradientThatIsNoNumberChangesNothing()
    {
        using var parameter = new Parameter(ones(2));
        using var adam = new AdamOptimizer([parameter], [], 1, 0.9, 0.999, 1e-8);
        (parameter * float.NaN).sum().backward();
        Assert.IsFalse(adam.Step(1, 1e-2, 1, tensor(true)).item<bool>());
        Assert.IsTrue(parameter.SameAs(ones(2)));
        parameter.sum().backward();
        Assert.IsFalse(adam.Step(1, 1e-2, 1, tensor(false)).item<bool>());
        Assert.IsTrue(parameter.SameAs(ones(2)), "Once something was not finite, nothing changes any more.");
        Assert.IsTrue(adam.Moments.All(moment => moment.Moment.SameAs(zeros(2))));
    }
}
