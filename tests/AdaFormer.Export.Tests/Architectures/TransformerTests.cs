using AdaFormer.Export.Architectures;
using AdaFormer.Export.Weights;
using AdaFormer.Tests;
using Microsoft.ML.OnnxRuntime;

namespace AdaFormer.Export.Tests.Architectures;

/// <summary>
/// The window transformers against their authors' code: tests/fixtures/transformers holds, for small networks of random weights, their
/// tensors and that code's answers. Where it refuses a picture as smaller than its padding, its padding was made to go on.
/// </summary>
[TestClass]
public class TransformerTests
{
    private static readonly string Folder = TestData.Fixture("transformers");

    public static IEnumerable<object[]> Names() => Directory.GetFiles(Folder, "*.golden.safetensors").Select(file => new object[] { Path.GetFileName(file).Split('.')[0] });

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void TheGraphGivesTheGoldenAnswer(string name)
    {
        var golden = Golden(name);
        using var session = new InferenceSession(OnnxExporter.Export(ArchitectureTests.Weights(golden)));

        foreach (var size in golden.Keys.Where(key => key.EndsWith("/image", StringComparison.Ordinal)).Select(key => key.Split('/')[0]))
        {
            var expected = golden[$"{size}/upscaled"];
            var upscaled = ArchitectureTests.Run(session, golden[$"{size}/image"]);
            CollectionAssert.AreEqual(expected.Shape.ToArray(), upscaled.Shape.ToArray());
            Assert.IsLessThan(1e-4f, expected.Values.Zip(upscaled.Values, (a, b) => Math.Abs(a - b)).Max(), size);
        }
    }

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void R2_EverySizeGivesThatSizeTimesTheScale(string name)
    {
        using var session = new InferenceSession(OnnxExporter.Export(ArchitectureTests.Weights(Golden(name))));

        for (var size = 1; size <= 70; size += 3)
        {
            foreach (var (height, width) in new[] { (size, 71 - size), (1, size) })
            {
                var upscaled = ArchitectureTests.Run(session, new WeightTensor([1, 3, height, width], [.. Enumerable.Range(0, 3 * height * width).Select(index => index * 31 % 97 / 97f)]));
                CollectionAssert.AreEqual(new long[] { 1, 3, 2 * height, 2 * width }, upscaled.Shape.ToArray());
                Assert.IsTrue(upscaled.Values.All(float.IsFinite), $"{width}×{height}");
            }
        }
    }

    // Parameters as PyTorch counts those that are trained.
    [TestMethod]
    [DataRow("elan", 8412)]
    [DataRow("hit-srf", 67783)]
    [DataRow("ngswin", 34641)]
    [DataRow("swinir", 23082)]
    public void ItsOwnTensorsAreRecognizedAndNoOtherArchitectureClaimsThem(string name, long parameters)
    {
        var file = SafetensorsFile.Parse(ArchitectureTests.Weights(Golden(name)));

        var claimants = ArchitectureRegistry.All.Where(architecture => architecture.Recognize(new Checkpoint(file)) is not null);
        CollectionAssert.AreEqual(new[] { name }, claimants.Select(architecture => architecture.Name).ToArray());
        var network = ArchitectureRegistry.Describe(file);
        Assert.AreEqual((name, "custom", 2, parameters), (network.Architecture, network.Preset, network.Scale, network.Parameters));
    }

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void AnImportKeepsTheAnswerAndLeavesOutWhatTheGraphMakesItself(string name)
    {
        var golden = Golden(name);
        var bytes = ArchitectureTests.Weights(golden);
        var imported = CheckpointImport.ToSafetensors(CheckpointReader.Parse(bytes, name), bytes, new ExportOptions());

        Assert.IsFalse(SafetensorsFile.Parse(imported).Tensors.Keys.Any(key => key.EndsWith("attn_mask", StringComparison.Ordinal)));
        using InferenceSession direct = new(OnnxExporter.Export(bytes)), viaImport = new(OnnxExporter.Export(imported));
        var image = golden.First(pair => pair.Key.EndsWith("/image", StringComparison.Ordinal)).Value;
        CollectionAssert.AreEqual(ArchitectureTests.Run(direct, image).Values, ArchitectureTests.Run(viaImport, image).Values);
    }

    [TestMethod]
    public void AnElanThatTakesAnotherMeanOffIsRefused()
    {
        var golden = Golden("elan").ToDictionary();
        golden["weights/add_mean.bias"] = new WeightTensor([3], [1, 2, 3]);

        var message = Assert.ThrowsExactly<WeightsFormatException>(() => OnnxExporter.Export(ArchitectureTests.Weights(golden))).Message;

        Assert.Contains("'add_mean'", message);
    }

    private static IReadOnlyDictionary<string, WeightTensor> Golden(string name) => SafetensorsFile.Read(Path.Combine(Folder, $"{name}.golden.safetensors")).Tensors;
}
