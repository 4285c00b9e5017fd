using AdaFormer.Export.Weights;
using AdaFormer.Tests;
using AdaFormer.Training.Architectures;
using static TorchSharp.torch;

namespace AdaFormer.Training.Tests.Architectures;

/// <summary>Gradients against differences of the loss, and CATANet's training against its authors' code.</summary>
[TestClass]
public class GradientTests
{
    [TestMethod]
    [DynamicData(nameof(SmallNetworks.Names), typeof(SmallNetworks))]
    public void TheLossFallsAlongTheGradientAsItSays(string architecture)
    {
        using var scope = NewDisposeScope();
        using var trainable = SmallNetworks.Random(architecture, 2, 4);
        var network = (FeedForwardNetwork)trainable.Module;
        network.eval();
        var (low, high) = (rand(2, 3, 20, 23), rand(2, 3, 40, 46));
        var parameters = network.parameters().ToArray();

        Loss().backward();
        var norm = Math.Sqrt(parameters.Sum(parameter => Math.Pow(parameter.grad!.norm().item<float>(), 2)));
        var step = 2e-3 / norm;
        var (above, below) = (Moved(step), Moved(-step));

        Assert.AreEqual(norm, (above - below) / 2e-3, 0.05 * norm, $"gradient {norm}, difference {(above - below) / 2e-3}");

        Tensor Loss() => (network.forward(low) - high).square().mean();

        // To half a step along the gradient, and back.
        double Moved(double by)
        {
            using var _ = no_grad();
            foreach (var parameter in parameters)
                parameter.add_(parameter.grad!, alpha: by / 2);
            var loss = Loss().item<float>();
            foreach (var parameter in parameters)
                parameter.add_(parameter.grad!, alpha: -by / 2);
            return loss;
        }
    }

    [TestMethod]
    public void CatanetTrainsAsTheOriginalCode()
    {
        using var scope = NewDisposeScope();
        var golden = SafetensorsFile.Read(TestData.Fixture("catanet-training.golden.safetensors")).Tensors;
        var weights = SafetensorsFile.Read(TestData.Fixture("catanet.weights.safetensors")).Tensors
            .ToDictionary(pair => pair.Key, pair => pair.Key.EndsWith(".initted", StringComparison.Ordinal) ? new WeightTensor([], [0]) : pair.Value);
        using var trainable = TrainableArchitectures.Create(SmallNetworks.Configuration("catanet"));
        trainable.StartFrom(new SafetensorsFile(weights));
        var network = (FeedForwardNetwork)trainable.Module;
        foreach (var iteration in new[] { 1, 2 })
        {
            var upscaled = network.forward(Golden($"{iteration}/image"));
            AssertNear(Golden($"{iteration}/upscaled"), upscaled, "upscaled");
            foreach (var (name, buffer) in trainable.Buffers.Where(pair => pair.Name.EndsWith(".means", StringComparison.Ordinal)))
                AssertNear(Golden($"{iteration}/buffer/{name}"), buffer, name);
            if (iteration == 2)
                upscaled.square().mean().backward();
        }

        var gradients = network.named_parameters().Where(pair => golden.ContainsKey($"2/gradient/{pair.name}")).ToArray();
        Assert.HasCount(7, gradients);
        foreach (var (name, parameter) in gradients)
            AssertNear(Golden($"2/gradient/{name}"), parameter.grad!, name);

        Tensor Golden(string name) => tensor(golden[name].Values, golden[name].Shape.ToArray());

        static void AssertNear(Tensor expected, Tensor actual, string name) =>
            Assert.IsLessThan(1e-4f, (expected - actual).abs().max().item<float>(), name);
    }
}
