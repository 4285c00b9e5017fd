using System.Globalization;
using AdaFormer.Export.Weights;
using AdaFormer.Tests;
using AdaFormer.Training.Architectures.AdaFormer;
using static TorchSharp.torch;

namespace AdaFormer.Training.Tests.Architectures.AdaFormer;

/// <summary>Both forwards against an independent implementation's answers.</summary>
[TestClass]
public sealed class GoldenFixtureTests
{
    [TestMethod]
    [DataRow("tiny-x2-skip")]
    [DataRow("tiny-x2-stride2")]
    [DataRow("tiny-x3")]
    [DataRow("tiny-x4")]
    public void BothForwardsGiveTheGoldenAnswers(string name)
    {
        using var network = NetworkWeights.Load(SafetensorsFile.Read(TestData.Fixture($"{name}.weights.safetensors")));
        var golden = SafetensorsFile.Read(TestData.Fixture($"{name}.golden.safetensors")).Tensors;
        var cases = golden.Keys.Where(key => key.EndsWith("/upscaled", StringComparison.Ordinal)).Select(key => key.Split('/')[0]).ToArray();
        Assert.IsGreaterThan(10, cases.Length);
        foreach (var @case in cases)
        {
            using var scope = NewDisposeScope();
            var parts = @case.Split('@');
            var threshold = double.Parse(parts[1], CultureInfo.InvariantCulture);
            var image = Tensor(golden[$"{parts[0]}/image"]);
            var upscaled = Tensor(golden[$"{@case}/upscaled"]);
            var depth = Tensor(golden[$"{@case}/halting_depth"]);
            foreach (var output in new[] { network.forward(image, threshold), network.Upscale(image, threshold) })
            {
                Assert.IsTrue(output.HaltingDepth.SameAs(depth), $"{name} {@case}: halting depth differs.");
                Assert.IsLessThan(1e-4f, (output.Upscaled - upscaled).abs().max().item<float>(), $"{name} {@case}");
            }
        }
    }

    private static Tensor Tensor(WeightTensor weight) => tensor(weight.Values, weight.Shape.ToArray());
}
