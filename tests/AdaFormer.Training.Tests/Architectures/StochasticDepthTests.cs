using AdaFormer.Training.Architectures;
using AdaFormer.Training.Architectures.SwinIr;
using static TorchSharp.torch;

namespace AdaFormer.Training.Tests.Architectures;

[TestClass]
public sealed class StochasticDepthTests
{
    [TestMethod]
    public void ProbabilitiesRiseEvenlyFromNone()
    {
        var depth = new StochasticDepth(0, 0.1, 5);
        var probabilities = Enumerable.Range(0, 5).Select(_ => depth.NextBlock()).ToArray();
        for (var block = 0; block < 5; block++)
            Assert.AreEqual(block * 0.025, probabilities[block], 1e-12);
        Assert.AreEqual(0, new StochasticDepth(0, 0.1, 1).NextBlock());
    }

    [TestMethod]
    public void AnIterationDropsTheSameImagesAgainAndTheMeanStays()
    {
        using var scope = NewDisposeScope();
        var depth = new StochasticDepth(7, 0.3, 2);
        var update = ones(4000, 2, 1);
        depth.Begin(12);
        var (first, second) = (depth.Drop(update, 0.3), depth.Drop(update, 0.3));
        depth.Begin(12);
        Assert.IsTrue(first.SameAs(depth.Drop(update, 0.3)));
        Assert.IsFalse(first.SameAs(second), "The next block drops others.");
        depth.Begin(13);
        Assert.IsFalse(first.SameAs(depth.Drop(update, 0.3)), "The next iteration drops others.");
        Assert.IsTrue(first.select(1, 0).SameAs(first.select(1, 1)), "An image is dropped whole.");
        Assert.AreEqual(1, first.mean().item<float>(), 0.05);
        Assert.AreEqual(0.3, first.eq(0).to(ScalarType.Float32).mean().item<float>(), 0.03);
    }

    [TestMethod]
    public void OnlyTrainingDrops()
    {
        using var scope = NewDisposeScope();
        using var network = new SwinIrNetwork(new SwinIrConfiguration { Channels = 6, Depths = [2], Heads = 2, Window = 2, DropPath = 0.9 }, 2, seed: 1);
        // At their start the blocks do so little that rounding may hide it.
        using (no_grad())
        {
            foreach (var parameter in network.parameters())
                parameter.add_(randn_like(parameter), alpha: 0.1);
        }

        var image = rand(8, 3, 4, 4);
        network.BeginIteration(0);
        Assert.IsTrue(network.Upscale(image).SameAs(network.Upscale(image)));
        Assert.IsFalse(network.forward(image).SameAs(network.Upscale(image)));
        Assert.IsTrue(network.training, "Upscaling leaves the mode as it was.");
    }
}
