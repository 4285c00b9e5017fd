using AdaFormer.Export;
using AdaFormer.Export.Weights;
using AdaFormer.Research.Ablations;
using AdaFormer.Training.Architectures.AdaFormer;
using AdaFormer.Training.Configuration;

namespace AdaFormer.Research.Tests.Ablations;

[TestClass]
public sealed class AblationWeightsTests
{
    private static readonly AdaFormerConfiguration Tiny = AdaFormerConfiguration.Preset("tiny", 2);

    [TestMethod]
    public void AnotherNetworkSaysSoLoadsAndIsNotExported()
    {
        foreach (var ablation in new[]
        {
            new Ablation { Branches = AttentionBranches.Local, Masks = HaltingMasks.None },
            new Ablation { Masks = HaltingMasks.Local },
            new Ablation { Exit = HaltingExit.Random, ExitSeed = 3 },
            new Ablation { SharedEstimator = false },
            new Ablation { NormalizedEstimatorInput = true },
        })
        {
            using var trainable = Trainable(ablation);
            var file = trainable.Save(new Dictionary<string, string>());
            using var loaded = AblatedNetwork.Load(file);
            Assert.AreEqual(ablation, Ablation.FromMetadata(file.Metadata));
            Assert.Contains("adaformer-research", Assert.ThrowsExactly<WeightsFormatException>(() => NetworkWeights.Load(file)).Message);
            var error = Assert.ThrowsExactly<WeightsFormatException>(() => OnnxExporter.Export(Bytes(file)));
            Assert.Contains("ablation", error.Message);
            using var plain = new AdaFormerNetwork(Tiny);
            Assert.Contains("ablation", Assert.ThrowsExactly<WeightsFormatException>(() => NetworkWeights.CopyInto(plain, file)).Message);
        }
    }

    [TestMethod]
    public void WhatOnlyTrainingSeesIsStillAdaFormer()
    {
        var ablation = new Ablation
        {
            FreshEstimator = true, DetachedError = false, DetachedTokens = false, EstimatorLoss = EstimatorLoss.LogError,
        };
        using var network = Trainable(ablation);
        var file = network.Save(new Dictionary<string, string>());
        Assert.IsFalse(file.Metadata.ContainsKey(AdaFormerConfiguration.AblationKey));
        Assert.IsNotEmpty(OnnxExporter.Export(Bytes(file)));
    }

    [TestMethod]
    public void AsAStartAFreshOrAnotherEstimatorKeepsItsOwnWeights()
    {
        using var source = new AdaFormerNetwork(Tiny);
        var start = NetworkWeights.Save(source);
        foreach (var ablation in new[] { new Ablation { FreshEstimator = true }, new Ablation { SharedEstimator = false }, new Ablation { Exit = HaltingExit.Ponder } })
        {
            using var network = Trainable(ablation);
            var before = network.Save(new Dictionary<string, string>());
            network.StartFrom(start);
            foreach (var (name, weight) in network.Save(new Dictionary<string, string>()).Tensors)
            {
                var expected = name.StartsWith(AdaFormerNetwork.EstimatorPrefix, StringComparison.Ordinal) ? before : start;
                CollectionAssert.AreEqual(expected.Tensors[name].Values, weight.Values, name);
            }
        }
    }

    [TestMethod]
    public void MetadataThatMakesNoSenseIsRefused()
    {
        using var network = new AdaFormerNetwork(Tiny);
        var file = NetworkWeights.Save(network);
        foreach (var ablation in new[] { "{", "{\"exit\": \"none\"}", "{\"exit\": \"uniform\", \"exit_depth\": 9}" })
        {
            var metadata = new Dictionary<string, string>(file.Metadata) { [AdaFormerConfiguration.AblationKey] = ablation };
            Assert.ThrowsExactly<WeightsFormatException>(() => AblatedNetwork.Load(new SafetensorsFile(file.Tensors, metadata)), ablation);
        }
    }

    private static TrainableAblation Trainable(Ablation ablation) => new(new TrainingConfiguration { Preset = "tiny", Scale = 2 }, ablation);

    private static byte[] Bytes(SafetensorsFile file)
    {
        using var stream = new MemoryStream();
        file.Write(stream);
        return stream.ToArray();
    }
}
