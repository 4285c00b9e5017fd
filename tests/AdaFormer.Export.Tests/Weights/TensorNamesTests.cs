using AdaFormer.Export.Weights;

namespace AdaFormer.Export.Tests.Weights;

/// <summary>Where a network's tensors are in what training programs write, and what is put before their names.</summary>
[TestClass]
public class TensorNamesTests
{
    [TestMethod]
    [DataRow("conv.weight, conv.bias", "", "conv.bias, conv.weight")]
    [DataRow("module.conv.weight, module.conv.bias", "", "conv.bias, conv.weight")]
    [DataRow("_orig_mod.module.conv.weight", "", "conv.weight")]
    [DataRow("module._orig_mod.conv.weight, n_averaged", "", "conv.weight")]
    [DataRow("generator.conv.weight, discriminator.conv.weight", "generator", "conv.weight")]
    [DataRow("netG.module.conv.weight, netD.conv.weight, perceptual.mean", "netG", "conv.weight")]
    [DataRow("params.conv.weight, params_ema.conv.weight", "params_ema", "conv.weight")]
    [DataRow("model.conv.weight, model.conv.bias", "", "conv.bias, conv.weight")]
    [DataRow("model.0.weight, model.1.sub.0.weight", "", "model.0.weight, model.1.sub.0.weight")]
    [DataRow("module.model.0.weight", "", "model.0.weight")]
    [DataRow("module.conv.weight, other.weight", "", "module.conv.weight, other.weight")]
    public void PrefixesOfWrappersAreTakenOff(string names, string part, string expected)
    {
        var (tensors, found) = TensorNames.WithoutPrefixes(names.Split(", ").ToDictionary(name => name, name => 0));

        Assert.AreEqual(part, found);
        Assert.AreEqual(expected, string.Join(", ", tensors.Keys.Order(StringComparer.Ordinal)));
    }

    [TestMethod]
    [DataRow("params, params_ema", "params_ema")]
    [DataRow("model, ema", "ema")]
    [DataRow("netD, netG", "netG")]
    [DataRow("generator, discriminator", "generator")]
    [DataRow("optimizer, model_state_dict", "model_state_dict")]
    [DataRow("optimizer, state_dict", "state_dict")]
    [DataRow("my_network", "my_network")]
    public void TheDictionaryOfTheNetworkIsFound(string keys, string expected)
    {
        var text = new PickleText().Op('}');
        foreach (var key in keys.Split(", "))
            text.Text(key).OneTensor(2, 1, [1], [1]).Op('s');

        var read = CheckpointReader.Parse(text.InZip(), "test");

        Assert.StartsWith($"'{expected}'", read.Taken);
        CollectionAssert.AreEqual(new[] { "a" }, read.Weights.Tensors.Keys.ToArray());
    }

    [TestMethod]
    public void TwoDictionariesOfUnknownNamesAreNotGuessedBetween()
    {
        var text = new PickleText().Op('}').Text("one").OneTensor(2, 1, [1], [1]).Op('s').Text("two").OneTensor(2, 1, [1], [1]).Op('s');

        var message = Assert.ThrowsExactly<WeightsFormatException>(() => CheckpointReader.Parse(text.InZip(), "test")).Message;

        Assert.Contains("'one', 'two'", message);
    }
}
