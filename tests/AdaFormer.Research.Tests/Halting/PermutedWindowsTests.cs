using AdaFormer.Export;
using AdaFormer.Research.Halting;
using AdaFormer.Training.Architectures.AdaFormer;
using AdaFormer.Training.Tests;
using AdaFormer.Training.Tests.Architectures.AdaFormer;
using static TorchSharp.torch;

namespace AdaFormer.Research.Tests.Halting;

[TestClass]
public sealed class PermutedWindowsTests
{
    [TestMethod]
    public void AsManyTokensOfEachImageHaltInEveryBlockButElsewhere()
    {
        random.manual_seed(7);
        using var scope = NewDisposeScope();
        using var network = new AdaFormerNetwork(AdaFormerConfiguration.Preset("tiny", 2));
        network.SpreadConfidences();
        var images = rand(2, 3, 40, 48);
        foreach (var threshold in new[] { 0.5, 0.95, 1.3 })
        {
            var (own, other) = (network.Upscale(images, threshold), PermutedWindows.Upscale(network, images, threshold, 1));
            Assert.IsFalse(own.HaltingDepth.SameAs(other.HaltingDepth), "The places must differ.");
            for (var image = 0; image < 2; image++)
            {
                var (a, b) = (own.HaltingDepth[image].view(-1).sort().Values, other.HaltingDepth[image].view(-1).sort().Values);
                Assert.IsTrue(a.SameAs(b), $"image {image}, threshold {threshold}: the shares differ.");
            }

            Assert.IsTrue(other.Upscaled.SameAs(PermutedWindows.Upscale(network, images, threshold, 1).Upscaled), "One seed, one answer.");
            Assert.IsFalse(other.HaltingDepth.SameAs(PermutedWindows.Upscale(network, images, threshold, 2).HaltingDepth));
        }
    }

    [TestMethod]
    public void WithoutHaltingNothingChanges()
    {
        using var scope = NewDisposeScope();
        using var network = new AdaFormerNetwork(AdaFormerConfiguration.Preset("tiny", 2));
        var images = rand(1, 3, 16, 24);
        var control = PermutedWindows.Upscale(network, images, double.PositiveInfinity, 1);
        Assert.IsTrue(network.Upscale(images, double.PositiveInfinity).Upscaled.SameAs(control.Upscaled));
    }
}
