using AdaFormer.Export.Architectures;
using AdaFormer.Export.Weights;
using AdaFormer.Tests;
using Microsoft.ML.OnnxRuntime;

namespace AdaFormer.Export.Tests;

/// <summary>
/// The window transformers of the zoo against their authors' code: small networks with random weights and that code's answers. Where it
/// refuses a picture as smaller than its padding, its padding was made to mirror on.
/// </summary>
[TestClass]
public class TransformerZooTests
{
    private static readonly string[] Networks = ["elan", "hit-srf", "ngswin", "swinir"];

    /// <summary>Every answer in the golden files: network, case as "NxHxW".</summary>
    public static IEnumerable<object[]> GoldenCases() =>
        from network in Networks
        from key in OnnxExporterTests.Golden(network).Tensors.Keys
        where key.EndsWith("/upscaled", StringComparison.Ordinal)
        select new object[] { network, key[..^"/upscaled".Length] };

    public static IEnumerable<object[]> Names() => Networks.Select(network => new object[] { network });

    [TestMethod]
    [DynamicData(nameof(GoldenCases))]
    public void GraphGivesTheGoldenAnswer(string network, string golden)
    {
        var answers = OnnxExporterTests.Golden(network).Tensors;
        using var session = new InferenceSession(OnnxExporter.Export(OnnxExporterTests.Weights(network)));

        var upscaled = Run(session, answers[$"{golden}/image"]);

        CollectionAssert.AreEqual(answers[$"{golden}/upscaled"].Shape.ToArray(), upscaled.Shape.ToArray());
        var worst = answers[$"{golden}/upscaled"].Values.Zip(upscaled.Values, (a, b) => Math.Abs(a - b)).Max();
        Assert.IsLessThan(1e-4f, worst, $"largest difference {worst}");
    }

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void ItsOwnTensorsAreRecognisedAndNoOtherArchitectureClaimsThem(string network)
    {
        var file = SafetensorsFile.Parse(OnnxExporterTests.Weights(network));

        var claimants = ArchitectureRegistry.All.Where(architecture => architecture.Recognize(new Checkpoint(file)) is not null);
        CollectionAssert.AreEqual(new[] { network }, claimants.Select(architecture => architecture.Name).ToArray());
        var description = ArchitectureRegistry.Describe(file);
        Assert.AreEqual((network, "custom", 2), (description.Architecture, description.Preset, description.Scale));
    }

    private static WeightTensor Run(InferenceSession session, WeightTensor image)
    {
        using var input = OrtValue.CreateTensorValueFromMemory(image.Values, [.. image.Shape]);
        using var outputs = session.Run(new RunOptions(), new Dictionary<string, OrtValue> { ["image"] = input }, ["upscaled"]);
        return new WeightTensor(outputs[0].GetTensorTypeAndShape().Shape, outputs[0].GetTensorDataAsSpan<float>().ToArray());
    }
}
