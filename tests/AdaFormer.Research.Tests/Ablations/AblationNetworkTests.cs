using AdaFormer.Export;
using AdaFormer.Research.Ablations;
using AdaFormer.Research.Policies;
using AdaFormer.Training.Architectures.AdaFormer;
using AdaFormer.Training.Tests;
using AdaFormer.Training.Tests.Architectures.AdaFormer;
using static TorchSharp.torch;

namespace AdaFormer.Research.Tests.Ablations;

/// <summary>Each ablation changes what it should, and nothing else.</summary>
[TestClass]
public sealed class AblationNetworkTests
{
    private static readonly AdaFormerConfiguration Tiny = AdaFormerConfiguration.Preset("tiny", 2);

    [TestMethod]
    [DataRow(HaltingExit.Confidence)]
    [DataRow(HaltingExit.Uniform)]
    [DataRow(HaltingExit.Random)]
    [DataRow(HaltingExit.Ponder)]
    [DataRow(HaltingExit.Capacity)]
    public void BothForwardsOfEveryExitAgree(HaltingExit exit)
    {
        BothForwardsAgree(exit, Tiny);
        BothForwardsAgree(exit, Tiny with { TokenStride = 2 });
    }

    private static void BothForwardsAgree(HaltingExit exit, AdaFormerConfiguration sizes)
    {
        foreach (var ablation in new[]
        {
            new Ablation { Exit = exit },
            new Ablation { Exit = exit, Masks = HaltingMasks.Local },
            new Ablation { Exit = exit, Branches = AttentionBranches.Local, Masks = HaltingMasks.Local },
            new Ablation { Exit = exit, SharedEstimator = false, NormalizedEstimatorInput = true },
        })
        {
            using var scope = NewDisposeScope();
            using var network = Network(ablation, sizes);
            var images = rand(2, 3, 21, 40);
            foreach (var threshold in new[] { 0.4, 0.95, 1.4, double.PositiveInfinity })
            {
                var (masked, gathered) = (network.forward(images, threshold), network.Upscale(images, threshold));
                Assert.IsTrue(masked.HaltingDepth.SameAs(gathered.HaltingDepth), $"{ablation} at {threshold}");
                Assert.IsLessThan(1e-5f, (masked.Upscaled - gathered.Upscaled).abs().max().item<float>(), $"{ablation} at {threshold}");
            }
        }
    }

    [TestMethod]
    public void WithoutMasksNothingIsHaltedAtAnyThreshold()
    {
        using var scope = NewDisposeScope();
        using var network = Network(new Ablation());
        using var unmasked = Network(new Ablation { Masks = HaltingMasks.None });
        var images = rand(1, 3, 24, 24);
        var expected = network.Upscale(images, double.PositiveInfinity);
        Assert.IsFalse(network.Upscale(images, 0.5).Upscaled.SameAs(expected.Upscaled));
        Assert.IsTrue(unmasked.Upscale(images, 0.5).Upscaled.SameAs(expected.Upscaled));
        Assert.IsTrue(unmasked.forward(images, 0.5).HaltingDepth.eq(4).all().item<bool>());
    }

    [TestMethod]
    public void TheLocalMaskAloneLeavesWindowsOutAndNoToken()
    {
        using var scope = NewDisposeScope();
        using var network = Network(new Ablation { Exit = HaltingExit.Uniform, Masks = HaltingMasks.Local });
        var output = network.Upscale(rand(1, 3, 16, 16), 0.95);
        Assert.IsTrue(output.HaltingDepth.eq(4).all().item<bool>());
        CollectionAssert.AreEqual(
            new[] { KeptShare.All, KeptShare.All, new KeptShare(0, 1, 1), new KeptShare(0, 1, 1) }, output.Kept!.ToArray());
    }

    [TestMethod]
    public void WithoutTheGlobalBranchWindowsKnowNothingOfEachOther()
    {
        using var scope = NewDisposeScope();
        foreach (var branches in Enum.GetValues<AttentionBranches>())
        {
            using var network = Network(new Ablation { Branches = branches, Masks = HaltingMasks.None });
            var image = rand(1, 3, 8, 80);
            var changed = image.clone();
            changed.narrow(3, 72, 8).fill_(0);
            var difference = (network.Upscale(image, 1).Upscaled - network.Upscale(changed, 1).Upscaled).narrow(3, 0, 40).abs().max();
            Assert.AreEqual(branches == AttentionBranches.LocalAndGlobal, difference.item<float>() > 0, $"{branches}");
            Assert.AreEqual(branches == AttentionBranches.LocalAndGlobal, network.named_parameters().Any(pair => pair.name.Contains(".global.")));
        }
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(2)]
    [DataRow(4)]
    public void UniformDepthsAreExact(int depth)
    {
        using var scope = NewDisposeScope();
        using var network = Network(new Ablation { Exit = HaltingExit.Uniform, ExitDepth = depth });
        var images = rand(1, 3, 19, 30);
        Assert.IsTrue(network.Upscale(images, 0.95).HaltingDepth.eq(depth).all().item<bool>());
        Assert.IsTrue(network.Upscale(images, double.PositiveInfinity).HaltingDepth.eq(4).all().item<bool>());
    }

    [TestMethod]
    public void RandomDepthsAreOneForAWindowAroundTheirMeanAndGivenByTheSeed()
    {
        using var scope = NewDisposeScope();
        var images = rand(1, 3, 160, 160);
        var depth = Depth(new Ablation { Exit = HaltingExit.Random, ExitDepth = 2, ExitSeed = 5 });
        Assert.AreEqual(2, depth.mean().item<float>(), 0.1f);
        Assert.AreEqual(1, depth.min().item<float>());
        Assert.AreEqual(3, depth.max().item<float>());
        var windows = depth.view(20, 8, 20, 8);
        Assert.IsTrue(windows.amax([1, 3]).SameAs(windows.amin([1, 3])));
        Assert.IsTrue(depth.SameAs(Depth(new Ablation { Exit = HaltingExit.Random, ExitDepth = 2, ExitSeed = 5 })));
        Assert.IsFalse(depth.SameAs(Depth(new Ablation { Exit = HaltingExit.Random, ExitDepth = 2, ExitSeed = 6 })));

        Tensor Depth(Ablation ablation)
        {
            using var network = Network(ablation);
            return network.Upscale(images, 0.95).HaltingDepth;
        }
    }

    [TestMethod]
    public void OnlyExitsThatEstimateHaveAnEstimatorAndItMayBeOneForEachBlock()
    {
        Assert.AreEqual(4, Estimators(new Ablation()));
        Assert.AreEqual(4, Estimators(new Ablation { Exit = HaltingExit.Capacity }));
        Assert.AreEqual(4 * 4, Estimators(new Ablation { SharedEstimator = false }));
        Assert.AreEqual(0, Estimators(new Ablation { Exit = HaltingExit.Ponder }));
        Assert.AreEqual(0, Estimators(new Ablation { Exit = HaltingExit.Random }));

        static int Estimators(Ablation ablation)
        {
            using var network = Network(ablation);
            return network.named_parameters().Count(pair => pair.name.StartsWith(AdaFormerNetwork.EstimatorPrefix, StringComparison.Ordinal));
        }
    }

    [TestMethod]
    public void NormalizedInputMakesTheEstimatorBlindToATokensLengthAndMean()
    {
        using var scope = NewDisposeScope();
        foreach (var normalized in new[] { false, true })
        {
            var estimator = new EstimatorSet(Tiny, new Ablation { NormalizedEstimatorInput = normalized });
            var (tokens, partition) = (randn(1, 64, Tiny.Embed), new WindowPartition(1, 1, 1, 8));
            var difference = (estimator.Logits(0, tokens, partition) - estimator.Logits(0, tokens * 3 + 1, partition)).abs().max().item<float>();
            Assert.AreEqual(normalized, difference < 1e-4f, $"{difference}");
        }
    }

    private static AdaFormerNetwork Network(Ablation ablation, AdaFormerConfiguration? sizes = null)
    {
        random.manual_seed(7);
        var network = AblatedNetwork.Create(sizes ?? Tiny, ablation);
        network.SpreadConfidences();
        return network;
    }
}
