using AdaFormer.Export.Architectures;
using AdaFormer.Export.Weights;
using AdaFormer.Tests;
using Microsoft.ML.OnnxRuntime;

namespace AdaFormer.Export.Tests.Architectures;

/// <summary>
/// The architectures of models that people share, against public PyTorch code of each: tests/fixtures/zoo holds, for small networks of random weights, their
/// tensors and that code's answers; and checkpoints as such programs write them, with the answers beside them.
/// </summary>
[TestClass]
public class ZooGoldenTests
{
    private const float Tolerance = 1e-4f;
    private const string GoldenEnding = ".golden.safetensors";
    private static readonly string Folder = TestData.Fixture("zoo");

    public static IEnumerable<object[]> Goldens() => Directory.GetFiles(Folder, "*" + GoldenEnding).Order(StringComparer.Ordinal).Select(file => new object[] { Path.GetFileName(file)[..^GoldenEnding.Length] });

    public static IEnumerable<object[]> Checkpoints() => Directory.GetFiles(Folder, "*.pth").Order(StringComparer.Ordinal).Select(file => new object[] { Path.GetFileName(file) });

    [TestMethod]
    [DynamicData(nameof(Goldens))]
    public void TheGraphAnswersAsTheOriginalCode(string name) => AssertAnswers(OnnxExporter.Export(Weights(name)), Golden(name));

    [TestMethod]
    [DynamicData(nameof(Checkpoints))]
    public void AnImportedCheckpointAnswersAsTheOriginalNetwork(string file)
    {
        var path = Path.Combine(Folder, file);

        var imported = CheckpointImport.Import(path, new ExportOptions());

        AssertAnswers(imported.Onnx, SafetensorsFile.Read(Path.ChangeExtension(path, ".answer.safetensors")).Tensors);
        AssertAnswers(OnnxExporter.Export(imported.Weights), SafetensorsFile.Read(Path.ChangeExtension(path, ".answer.safetensors")).Tensors);
    }

    [TestMethod]
    [DynamicData(nameof(Goldens))]
    public void OneArchitectureClaimsItsTensorsWithTheScaleInItsName(string name)
    {
        var file = SafetensorsFile.Parse(Weights(name));

        var claimants = ArchitectureRegistry.All.Where(architecture => architecture.Recognize(new Checkpoint(file)) is not null);

        CollectionAssert.AreEqual(new[] { name.Split('-')[0] }, claimants.Select(architecture => architecture.Name).ToArray());
        var description = ArchitectureRegistry.Describe(file);
        Assert.AreEqual(name.Split('-')[1], $"x{description.Scale}");
        Assert.AreEqual("custom", description.Preset);
        Assert.IsGreaterThan(0, description.MultiplyAddsPerPixel);
    }

    [TestMethod]
    [DynamicData(nameof(Goldens))]
    public void R2_EverySizeGivesThatSizeTimesTheScale(string name)
    {
        var weights = Weights(name);
        var scale = ArchitectureRegistry.Describe(SafetensorsFile.Parse(weights)).Scale;
        using var session = new InferenceSession(OnnxExporter.Export(weights));

        foreach (var (height, width) in new[] { (1, 1), (1, 2), (2, 1), (3, 3), (1, 33), (34, 2), (5, 7), (16, 16), (17, 31), (32, 8) })
        {
            var upscaled = ArchitectureTests.Run(session, new WeightTensor([1, 3, height, width], [.. Enumerable.Range(0, 3 * height * width).Select(index => index * 31 % 97 / 97f)]));
            CollectionAssert.AreEqual(new long[] { 1, 3, height * scale, width * scale }, upscaled.Shape.ToArray());
            Assert.IsTrue(upscaled.Values.All(float.IsFinite), $"{width}×{height}");
        }
    }

    [TestMethod]
    [DynamicData(nameof(Goldens))]
    public void R11_ATensorMissingOrOfAnotherShapeIsRefusedOrNotNeeded(string name)
    {
        var tensors = SafetensorsFile.Parse(Weights(name)).Tensors;
        foreach (var tensor in tensors.Keys.Where((_, index) => index % 5 == name.Length % 5))
        {
            AssertRefusedOrExported(tensors.Where(pair => pair.Key != tensor));
            foreach (var shape in new long[][] { [], [1], [7, 5], [1, 1, 1, 1], [3000, 1, 1, 1] })
                AssertRefusedOrExported(tensors.Select(pair => pair.Key != tensor ? pair : new(tensor, new WeightTensor(shape, new float[shape.Aggregate(1L, (product, extent) => product * extent)]))));
        }

        static void AssertRefusedOrExported(IEnumerable<KeyValuePair<string, WeightTensor>> changed)
        {
            using var stream = new MemoryStream();
            new SafetensorsFile(changed.ToDictionary()).Write(stream);
            HostileFile.AssertRefusedOrRead<WeightsFormatException>(() => OnnxExporter.Export(stream.ToArray()), "a tensor changed");
        }
    }

    internal static byte[] Weights(string name) => ArchitectureTests.Weights(Golden(name));

    private static IReadOnlyDictionary<string, WeightTensor> Golden(string name) => SafetensorsFile.Read(Path.Combine(Folder, name + GoldenEnding)).Tensors;

    private static void AssertAnswers(byte[] model, IReadOnlyDictionary<string, WeightTensor> golden)
    {
        using var session = new InferenceSession(model);
        var sizes = golden.Keys.Where(key => key.EndsWith("/image", StringComparison.Ordinal)).Select(key => key.Split('/')[0]).ToArray();
        Assert.AreNotEqual(0, sizes.Length);
        foreach (var size in sizes)
        {
            var expected = golden[$"{size}/upscaled"];
            var upscaled = ArchitectureTests.Run(session, golden[$"{size}/image"]);
            CollectionAssert.AreEqual(expected.Shape.ToArray(), upscaled.Shape.ToArray());
            Assert.IsLessThan(Tolerance, expected.Values.Zip(upscaled.Values, (a, b) => Math.Abs(a - b)).Max(), size);
        }
    }
}
