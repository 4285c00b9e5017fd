using AdaFormer.Export;
using AdaFormer.Training.Architectures.AdaFormer;
using static TorchSharp.torch;

namespace AdaFormer.Training.Tests.Architectures.AdaFormer;

[TestClass]
public sealed class GatheredForwardTests
{
    [TestMethod]
    [DataRow("tiny", 1, 4, 13, 29)]
    [DataRow("tiny", 1, 3, 1, 40)]
    [DataRow("small", 1, 2, 24, 16)]
    [DataRow("tiny", 2, 4, 13, 29)]
    [DataRow("small", 2, 3, 1, 40)]
    public void EqualsTheMaskedForward(string preset, int tokenStride, int scale, int height, int width)
    {
        random.manual_seed(7);
        using var scope = NewDisposeScope();
        using var network = new AdaFormerNetwork(AdaFormerConfiguration.Preset(preset, scale) with { TokenStride = tokenStride });
        network.SpreadConfidences();
        var images = rand(2, 3, height, width) * linspace(0, 1, width); // from flat to busy
        var depths = new HashSet<float>();
        foreach (var threshold in new[] { 0, 0.2, 0.5, 0.9, 1.3, 2, 1e9, double.PositiveInfinity })
        {
            var masked = network.forward(images, threshold);
            var gathered = network.Upscale(images, threshold);
            Assert.IsTrue(masked.HaltingDepth.SameAs(gathered.HaltingDepth), $"threshold {threshold}: halting depth differs.");
            Assert.IsLessThan(1e-5f, (masked.Upscaled - gathered.Upscaled).abs().max().item<float>(), $"threshold {threshold}");
            CollectionAssert.AreEqual(new long[] { 2, 3, scale * height, scale * width }, gathered.Upscaled.shape);
            depths.UnionWith(gathered.HaltingDepth.data<float>().ToArray());
        }

        Assert.IsGreaterThan(2, depths.Count, "The test must see partly halted pictures.");
    }

    [TestMethod]
    public void AnImageThatHasLeftDoesNotDisturbItsNeighbour()
    {
        random.manual_seed(3);
        using var scope = NewDisposeScope();
        using var network = new AdaFormerNetwork(AdaFormerConfiguration.Preset("tiny", 2));
        network.SpreadConfidences();
        var images = cat([rand(1, 3, 16, 16), full(1, 3, 16, 16, 0.5f)]);
        var both = network.Upscale(images, 0.9);
        for (var i = 0; i < 2; i++)
        {
            var alone = network.Upscale(images[i].unsqueeze(0), 0.9);
            Assert.IsLessThan(1e-5f, (both.Upscaled[i] - alone.Upscaled[0]).abs().max().item<float>());
        }
    }

    [TestMethod]
    public void TheMaskedForwardHasGradientsEvenWhenAnImageHasLeft()
    {
        random.manual_seed(3);
        using var scope = NewDisposeScope();
        using var network = new AdaFormerNetwork(AdaFormerConfiguration.Preset("tiny", 2));
        var output = network.forward(rand(2, 3, 16, 16), 0.1);
        Assert.AreEqual(1f, output.HaltingDepth.max().item<float>(), "Every token must have left after the first block.");
        (output.Upscaled.sum() + output.Confidences!.sum()).backward();
        foreach (var (name, parameter) in network.named_parameters())
            Assert.IsTrue(parameter.grad is null || parameter.grad.isfinite().all().item<bool>(), name);
    }
}
