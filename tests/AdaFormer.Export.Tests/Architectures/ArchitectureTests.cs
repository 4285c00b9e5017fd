using AdaFormer.Export.Architectures;
using AdaFormer.Export.Weights;
using AdaFormer.Tests;
using Microsoft.ML.OnnxRuntime;

namespace AdaFormer.Export.Tests.Architectures;

/// <summary>
/// Networks without halting against PyTorch: tests/fixtures/architectures holds, for small networks of random weights, their tensors and
/// what a PyTorch module with the published code's layers gives.
/// </summary>
[TestClass]
public class ArchitectureTests
{
    private static readonly string Folder = TestData.Fixture("architectures");

    public static IEnumerable<object[]> Names() => Directory.GetFiles(Folder, "*.golden.safetensors").Select(file => new object[] { Path.GetFileName(file).Split('.')[0] });

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void TheGraphGivesTheGoldenAnswer(string name)
    {
        var golden = Golden(name);
        using var session = new InferenceSession(OnnxExporter.Export(Weights(golden)));

        foreach (var size in golden.Keys.Where(key => key.EndsWith("/image", StringComparison.Ordinal)).Select(key => key.Split('/')[0]))
        {
            var expected = golden[$"{size}/upscaled"];
            var upscaled = Run(session, golden[$"{size}/image"]);
            CollectionAssert.AreEqual(expected.Shape.ToArray(), upscaled.Shape.ToArray());
            Assert.IsLessThan(1e-4f, expected.Values.Zip(upscaled.Values, (a, b) => Math.Abs(a - b)).Max(), size);
        }
    }

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void R2_EverySizeGivesThatSizeTimesTheScale(string name)
    {
        var weights = Weights(Golden(name));
        var scale = ArchitectureRegistry.Describe(SafetensorsFile.Parse(weights)).Scale;
        using var session = new InferenceSession(OnnxExporter.Export(weights));

        for (var size = 1; size <= 70; size++)
        {
            foreach (var (height, width) in new[] { (size, 71 - size), (1, size), (size, size) })
            {
                var upscaled = Run(session, new WeightTensor([1, 3, height, width], [.. Enumerable.Range(0, 3 * height * width).Select(index => index * 31 % 97 / 97f)]));
                CollectionAssert.AreEqual(new long[] { 1, 3, height * scale, width * scale }, upscaled.Shape.ToArray());
                Assert.IsTrue(upscaled.Values.All(float.IsFinite), $"{width}×{height}");
            }
        }
    }

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void TheNetworkIsRecognizedAndDescribed(string name)
    {
        var golden = Golden(name);
        var file = SafetensorsFile.Parse(Weights(golden));

        var network = ArchitectureRegistry.Describe(file);

        Assert.AreEqual((name, "custom", false), (network.Architecture, network.Preset, network.Halts));
        Assert.AreEqual(file.Tensors.Values.Sum(tensor => tensor.Values.LongLength), network.Parameters);
        Assert.IsTrue(network.MultiplyAddsPerPixel > 0 && network.MultiplyAddsPerPixel <= network.Parameters);
        CollectionAssert.Contains(ArchitectureRegistry.Names.ToArray(), name);
    }

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void ATensorMissingMisshapenOrTooManyIsNamed(string name)
    {
        var tensors = Golden(name).Where(pair => pair.Key.StartsWith("weights/", StringComparison.Ordinal)).ToDictionary(pair => pair.Key["weights/".Length..], pair => pair.Value);
        var bias = tensors.Keys.First(key => key.EndsWith(".bias", StringComparison.Ordinal));

        Assert.Contains(bias, Refused(tensors.Where(pair => pair.Key != bias)));
        Assert.Contains(bias, Refused(tensors.Select(pair => pair.Key == bias ? new(bias, new WeightTensor([1], [0])) : pair)));
        Assert.Contains("extra", Refused(tensors.Append(new("extra", new WeightTensor([1], [0])))));

        static string Refused(IEnumerable<KeyValuePair<string, WeightTensor>> tensors) =>
            Assert.ThrowsExactly<WeightsFormatException>(() => OnnxExporter.Export(Bytes(tensors.ToDictionary()))).Message;
    }

    [TestMethod]
    public void LowerPrecisionIsRefusedWhereThereIsNone()
    {
        foreach (var options in new[] { new ExportOptions { ActivationRanges = new Dictionary<string, (float, float)>() }, new ExportOptions { Float16 = true } })
            Assert.Contains("'etds'", Assert.ThrowsExactly<ArgumentException>(() => OnnxExporter.Export(Weights(Golden("etds")), options)).Message);
    }

    [TestMethod]
    public void UnknownTensorsAreRefusedWithWhatIsKnown()
    {
        var bytes = Bytes(new Dictionary<string, WeightTensor> { ["layer.weight"] = new([1], [0]) });

        var message = Assert.ThrowsExactly<WeightsFormatException>(() => OnnxExporter.Export(bytes)).Message;

        foreach (var part in ArchitectureRegistry.Names.Append("'layer.weight'"))
            Assert.Contains(part, message);
    }

    internal static byte[] Weights(IReadOnlyDictionary<string, WeightTensor> golden) =>
        Bytes(golden.Where(pair => pair.Key.StartsWith("weights/", StringComparison.Ordinal)).ToDictionary(pair => pair.Key["weights/".Length..], pair => pair.Value));

    private static IReadOnlyDictionary<string, WeightTensor> Golden(string name) => SafetensorsFile.Read(Path.Combine(Folder, $"{name}.golden.safetensors")).Tensors;

    private static byte[] Bytes(Dictionary<string, WeightTensor> tensors)
    {
        using var stream = new MemoryStream();
        new SafetensorsFile(tensors).Write(stream);
        return stream.ToArray();
    }

    internal static WeightTensor Run(InferenceSession session, WeightTensor image)
    {
        using var value = OrtValue.CreateTensorValueFromMemory(image.Values, [.. image.Shape]);
        using var run = new RunOptions();
        using var outputs = session.Run(run, new Dictionary<string, OrtValue> { ["image"] = value }, ["upscaled"]);
        return new WeightTensor(outputs[0].GetTensorTypeAndShape().Shape, outputs[0].GetTensorDataAsSpan<float>().ToArray());
    }
}
