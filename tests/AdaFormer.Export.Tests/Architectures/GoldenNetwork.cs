using AdaFormer.Export.Weights;
using AdaFormer.Tests;
using Microsoft.ML.OnnxRuntime;

namespace AdaFormer.Export.Tests.Architectures;

/// <summary>A small network with random weights, and what the original code answers with them: FIXTURE.weights and FIXTURE.golden.</summary>
internal static class GoldenNetwork
{
    /// <summary>The cases of a fixture: number and size of the images, as "NxHxW".</summary>
    public static IEnumerable<object[]> Cases(string fixture) =>
        from key in OnnxExporterTests.Golden(fixture).Tensors.Keys
        where key.EndsWith("/image", StringComparison.Ordinal)
        select new object[] { key[..^"/image".Length] };

    public static SafetensorsFile Weights(string fixture) => SafetensorsFile.Parse(OnnxExporterTests.Weights(fixture));

    /// <summary>Asserts that the graph answers as the original code, to 1e-4 of the output's range of about 1.</summary>
    public static void AssertAnswers(string fixture, string size) => AssertAnswers(fixture, OnnxExporterTests.Weights(fixture), size);

    /// <summary>As <see cref="AssertAnswers(string, string)"/>, for weights that are in no fixture.</summary>
    public static void AssertAnswers(string fixture, byte[] weights, string size)
    {
        var golden = OnnxExporterTests.Golden(fixture).Tensors;
        using var session = new InferenceSession(OnnxExporter.Export(weights));
        CollectionAssert.AreEqual(new[] { "image" }, session.InputNames.ToArray());
        CollectionAssert.AreEqual(new[] { "upscaled" }, session.OutputNames.ToArray());

        var upscaled = Run(session, golden[$"{size}/image"]);

        var expected = golden[$"{size}/upscaled"];
        CollectionAssert.AreEqual(expected.Shape.ToArray(), upscaled.Shape.ToArray());
        var worst = expected.Values.Zip(upscaled.Values, (a, b) => Math.Abs(a - b)).Max();
        Assert.IsLessThan(1e-4f, worst, $"largest difference {worst}");
    }

    public static WeightTensor Run(InferenceSession session, WeightTensor image)
    {
        using var input = OrtValue.CreateTensorValueFromMemory(image.Values, [.. image.Shape]);
        using var outputs = session.Run(new RunOptions(), new Dictionary<string, OrtValue> { ["image"] = input }, ["upscaled"]);
        return new WeightTensor(outputs[0].GetTensorTypeAndShape().Shape, outputs[0].GetTensorDataAsSpan<float>().ToArray());
    }
}
