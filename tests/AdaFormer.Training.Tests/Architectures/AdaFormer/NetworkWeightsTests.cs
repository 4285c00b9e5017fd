using AdaFormer.Export;
using AdaFormer.Export.Weights;
using AdaFormer.Training.Architectures.AdaFormer;

namespace AdaFormer.Training.Tests.Architectures.AdaFormer;

[TestClass]
public sealed class NetworkWeightsTests
{
    private static readonly AdaFormerConfiguration Tiny = AdaFormerConfiguration.Preset("tiny", 2);

    [TestMethod]
    public void TheBasePresetHasAsManyParametersAsThePage()
    {
        using var network = new AdaFormerNetwork(AdaFormerConfiguration.Preset("base", 4));
        Assert.AreEqual(1_575_433, network.parameters().Sum(parameter => parameter.numel()));
    }

    [TestMethod]
    public void SavedWeightsLoadUnchanged()
    {
        using var network = new AdaFormerNetwork(Tiny);
        var saved = NetworkWeights.Save(network, new Dictionary<string, string> { ["training_data"] = "none" });
        using var loaded = NetworkWeights.Load(saved);
        var again = NetworkWeights.Save(loaded);
        Assert.AreEqual("none", saved.Metadata["training_data"]);
        Assert.AreEqual(Tiny, loaded.Configuration);
        foreach (var (name, weight) in saved.Tensors)
            CollectionAssert.AreEqual(weight.Values, again.Tensors[name].Values, name);
    }

    [TestMethod]
    public void AsAStartAnotherScaleGivesAllButItsUpsampler()
    {
        using var two = new AdaFormerNetwork(Tiny);
        using var three = new AdaFormerNetwork(AdaFormerConfiguration.Preset("tiny", 3));
        var (start, before) = (NetworkWeights.Save(two), NetworkWeights.Save(three));
        NetworkWeights.CopyAsStart(three, start);
        foreach (var (name, weight) in NetworkWeights.Save(three).Tensors)
        {
            var source = name is "upsampler.weight" or "upsampler.bias" ? before : start;
            CollectionAssert.AreEqual(source.Tensors[name].Values, weight.Values, name);
        }
    }

    [TestMethod]
    public void AMissingAForeignAndAMisshapenTensorAreNamed()
    {
        using var network = new AdaFormerNetwork(Tiny);
        var saved = NetworkWeights.Save(network);
        Assert.Contains("head.bias", Message(tensors => tensors.Remove("head.bias")));
        Assert.Contains("tail.bias", Message(tensors => tensors["tail.bias"] = tensors["head.bias"]));
        Assert.Contains("[1]", Message(tensors => tensors["head.bias"] = new WeightTensor([1], [0])));

        string Message(Action<Dictionary<string, WeightTensor>> spoil)
        {
            var tensors = new Dictionary<string, WeightTensor>(saved.Tensors);
            spoil(tensors);
            return Assert.ThrowsExactly<WeightsFormatException>(() => NetworkWeights.Load(new SafetensorsFile(tensors, saved.Metadata))).Message;
        }
    }
}
