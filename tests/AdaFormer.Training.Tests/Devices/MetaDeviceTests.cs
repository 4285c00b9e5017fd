using System.Reflection;
using AdaFormer.Export;
using AdaFormer.Training.Architectures;
using AdaFormer.Training.Architectures.AdaFormer;
using AdaFormer.Training.Architectures.SwinIr;
using AdaFormer.Training.Checkpoints;
using AdaFormer.Training.Configuration;
using TorchSharp;
using static TorchSharp.torch;

namespace AdaFormer.Training.Tests.Devices;

/// <summary>
/// torch's meta device holds shapes without values: a tensor forgotten on the CPU does not fit beside it, and asking for a value fails,
/// which is what would stall a GPU. Not every libtorch can do convolutions and layer norms there, so the network goes through in parts.
/// </summary>
[TestClass]
public sealed class MetaDeviceTests
{
    private static readonly AdaFormerConfiguration Tiny = AdaFormerConfiguration.Preset("tiny", 2);

    [TestMethod]
    public void EveryTensorOfTheNetworkMoves()
    {
        using var network = new AdaFormerNetwork(Tiny);
        network.to(META);
        var tensors = 0;
        foreach (var (name, module) in network.named_modules().Prepend(("", network)))
        {
            foreach (var field in module.GetType().GetFields(BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.Public))
            {
                if (field.GetValue(module) is not Tensor tensor)
                    continue;
                tensors++;
                Assert.AreEqual(DeviceType.META, tensor.device_type, $"{name}.{field.Name} stays behind.");
            }
        }

        Assert.IsGreaterThanOrEqualTo(1 + 4 * 3, tensors, "The mean, and of each block the positions, their biases and the prototypes.");
    }

    [TestMethod]
    public void OptimizerAndAverageFollowTheNetwork()
    {
        var configuration = new TrainingConfiguration { Preset = "tiny", Scale = 2 };
        var network = new TrainableAdaFormer(configuration);
        var average = new TrainableAdaFormer(configuration);
        network.Module.to(META);
        average.Module.to(META);
        using var state = new TrainingState(configuration, network, average);
        Assert.AreEqual(DeviceType.META, state.Healthy.device_type);
        foreach (var (name, moment) in state.Optimizer.Moments)
            Assert.AreEqual(DeviceType.META, moment.device_type, name);
    }

    [TestMethod]
    public void MasksAndAttentionNeitherMixDevicesNorAskForValues()
    {
        using var scope = NewDisposeScope();
        using var attention = new GlobalAttention(8, 2, 4);
        attention.to(META);
        var tokens = zeros(2, 16, 8, device: META, requires_grad: true);
        var mask = HaltingMask.From(zeros(2, 16, device: META), 0.5)!;
        attention.forward(tokens, mask.Tokens & mask.Live).sum().backward();
        Assert.AreEqual(DeviceType.META, tokens.grad!.device_type);
        Assert.AreEqual(DeviceType.META, FeatureMaps.Bilinear(tokens.unsqueeze(0), 2).device_type);
    }

    [TestMethod]
    public void WindowsAndStochasticDepthDoNotMixDevices()
    {
        using var scope = NewDisposeScope();
        var tokens = zeros(2, 24, 32, 6, device: META);
        var windows = ShiftedWindows.Of(tokens.permute(0, 3, 1, 2), 8);
        CollectionAssert.AreEqual(new long[] { 24, 64, 64 }, windows.Mask.shape);
        Assert.AreEqual(DeviceType.META, windows.Mask.device_type);
        Assert.AreEqual(DeviceType.META, new StochasticDepth(0, 0.5, 1).Drop(tokens, 0.5).device_type);
    }
}
