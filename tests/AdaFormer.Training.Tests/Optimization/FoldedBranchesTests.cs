using AdaFormer.Training.Optimization;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace AdaFormer.Training.Tests.Optimization;

[TestClass]
public sealed class FoldedBranchesTests
{
    private const int Count = 3;
    private const int Channels = 5;

    [TestMethod]
    public void AFoldedKernelIsTheSumOfItsBranchesUpToTheBorder()
    {
        using var scope = NewDisposeScope();
        random.manual_seed(3);
        var kernels = Kernels();
        using var branches = Shaken(kernels);
        branches.WriteKernels();
        var b = branches.Parameters.ToDictionary(pair => pair.Name, pair => pair.Parameter.detach());
        var image = randn(2, Channels, 4, 7);
        for (var i = 0; i < Count; i++)
        {
            var wide = nn.functional.conv2d(image, AsPoint(b["expand"][i]));
            var sequence = nn.functional.conv2d(nn.functional.conv2d(wide, b["middle"][i], padding: [1, 1]), AsPoint(b["squeeze"][i]));
            var expected = nn.functional.conv2d(image, b["square"][i], padding: [1, 1]) + nn.functional.conv2d(image, AsPoint(b["point"][i]))
                + image * b["identity"][i].view(1, -1, 1, 1) + sequence;
            var actual = nn.functional.conv2d(image, kernels[i], padding: [1, 1]);
            Assert.IsLessThan(1e-5f, (expected - actual).abs().max().item<float>());
            Assert.IsGreaterThan(0.1f, sequence.abs().mean().item<float>(), "It would not be noticed if it were missing.");
        }

        static Tensor AsPoint(Tensor matrix) => matrix.unsqueeze(-1).unsqueeze(-1);
    }

    [TestMethod]
    public void AtTheStartTheKernelsAreUnchangedToTheBit()
    {
        using var scope = NewDisposeScope();
        var kernels = Kernels();
        var before = kernels.Select(kernel => kernel.detach().clone()).ToArray();
        using var branches = new FoldedBranches(kernels);
        branches.WriteKernels();
        Assert.IsTrue(kernels.Zip(before).All(pair => pair.First.SameAs(pair.Second)));
        using (no_grad())
            kernels[1].mul_(3);
        branches.ReadKernels();
        branches.WriteKernels();
        Assert.IsTrue(kernels[1].SameAs(before[1] * 3), "As from initial weights.");
    }

    [TestMethod]
    public void EveryBranchGetsTheGradientThatDifferencesShow()
    {
        using var scope = NewDisposeScope();
        random.manual_seed(5);
        var kernels = Kernels();
        using var branches = Shaken(kernels);
        var images = randn([Count, 1, Channels, 6, 5]);
        branches.WriteKernels();
        Loss().backward();
        branches.PassGradients();
        Assert.IsTrue(kernels.All(kernel => kernel.grad is null));
        foreach (var (name, parameter) in branches.Parameters)
        {
            var gradient = parameter.grad!;
            var norm = gradient.norm().item<float>();
            var direction = gradient / norm;
            Assert.AreEqual(norm, (Moved(parameter, direction, 5e-3) - Moved(parameter, direction, -5e-3)) / 1e-2, 0.02 * norm, name);
        }

        Tensor Loss() => kernels.Select((kernel, i) => nn.functional.conv2d(images[i], kernel, padding: [1, 1]).square().mean()).Aggregate((a, b) => a + b);

        double Moved(Parameter parameter, Tensor direction, double by)
        {
            using var _ = no_grad();
            parameter.add_(direction, alpha: by);
            branches.WriteKernels();
            var loss = Loss().item<float>();
            parameter.add_(direction, alpha: -by);
            return loss;
        }
    }

    private static Parameter[] Kernels() => [.. Enumerable.Range(0, Count).Select(_ => new Parameter(randn(Channels, Channels, 3, 3)))];

    // None of its branches at its start, where many are 0.
    private static FoldedBranches Shaken(Parameter[] kernels)
    {
        var branches = new FoldedBranches(kernels);
        using var _ = no_grad();
        foreach (var (_, parameter) in branches.Parameters)
            parameter.add_(randn_like(parameter), alpha: 0.3);
        return branches;
    }
}
