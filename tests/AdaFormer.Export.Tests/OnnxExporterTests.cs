using AdaFormer.Export.Weights;
using AdaFormer.Tests;
using Microsoft.ML.OnnxRuntime;

namespace AdaFormer.Export.Tests;

[TestClass]
public class OnnxExporterTests
{
    /// <summary>Every answer in the golden files: model, case as "NxHxW@threshold".</summary>
    public static IEnumerable<object[]> GoldenCases() =>
        from model in new[] { "tiny-x2-skip", "tiny-x2-stride2", "tiny-x3", "tiny-x4" }
        from key in Golden(model).Tensors.Keys
        where key.EndsWith("/upscaled", StringComparison.Ordinal)
        select new object[] { model, key[..^"/upscaled".Length] };

    [TestMethod]
    [DynamicData(nameof(GoldenCases))]
    public void R15_GraphGivesTheGoldenAnswer(string model, string golden)
    {
        var answers = Golden(model).Tensors;
        var (size, threshold) = (golden.Split('@')[0], float.Parse(golden.Split('@')[1], System.Globalization.CultureInfo.InvariantCulture));
        using var session = new InferenceSession(OnnxExporter.Export(Weights(model)));

        var (upscaled, depth) = Run(session, answers[$"{size}/image"], threshold);

        CollectionAssert.AreEqual(answers[$"{golden}/halting_depth"].Values, depth.Values);
        CollectionAssert.AreEqual(answers[$"{golden}/upscaled"].Shape.ToArray(), upscaled.Shape.ToArray());
        var worst = answers[$"{golden}/upscaled"].Values.Zip(upscaled.Values, (a, b) => Math.Abs(a - b)).Max();
        Assert.IsLessThan(1e-4f, worst, $"largest difference {worst}");
    }

    [TestMethod]
    public void AFixedSizeIsInTheGraphsShapesAndChangesNoPixel()
    {
        var image = new WeightTensor([1, 3, 10, 14], [.. Enumerable.Range(0, 420).Select(index => index * 31 % 97 / 97f)]);
        using var any = new InferenceSession(OnnxExporter.Export(Weights("tiny-x3")));
        using var only = new InferenceSession(OnnxExporter.Export(Weights("tiny-x3"), new ExportOptions { FixedSize = (14, 10) }));

        CollectionAssert.AreEqual(new[] { 1, 3, 10, 14 }, only.InputMetadata["image"].Dimensions);
        Assert.IsEmpty(only.OverridableInitializerMetadata, "ONNX Runtime warns of a threshold that is an input");
        CollectionAssert.AreEqual(new[] { 1, 3, 30, 42 }, only.OutputMetadata["upscaled"].Dimensions);
        CollectionAssert.AreEqual(new[] { 1, 1, 10, 14 }, only.OutputMetadata["halting_depth"].Dimensions);
        var (expected, actual) = (Run(any, image, null), Run(only, image, null));
        CollectionAssert.AreEqual(expected.Depth.Values, actual.Depth.Values);
        Assert.IsLessThan(1e-6f, expected.Upscaled.Values.Zip(actual.Upscaled.Values, (a, b) => Math.Abs(a - b)).Max());
        Assert.Throws<OnnxRuntimeException>(() => Run(only, new WeightTensor([1, 3, 14, 10], image.Values), null));
    }

    [TestMethod]
    public void AnImpossibleFixedSizeIsRefused()
    {
        var exception = Assert.ThrowsExactly<ArgumentException>(() => OnnxExporter.Export(Weights("tiny-x3"), new ExportOptions { FixedSize = (0, 10) }));

        Assert.Contains("0x10", exception.Message);
    }

    internal static byte[] Weights(string model) => File.ReadAllBytes(TestData.Fixture($"{model}.weights.safetensors"));

    internal static SafetensorsFile Golden(string model) => SafetensorsFile.Read(TestData.Fixture($"{model}.golden.safetensors"));

    internal static (WeightTensor Upscaled, WeightTensor Depth) Run(InferenceSession session, WeightTensor image, float? threshold)
    {
        using var imageValue = OrtValue.CreateTensorValueFromMemory(image.Values, [.. image.Shape]);
        var inputs = new Dictionary<string, OrtValue> { ["image"] = imageValue };
        using var thresholdValue = OrtValue.CreateTensorValueFromMemory(new[] { threshold ?? 0 }, []);
        if (threshold is not null)
            inputs.Add("halting_threshold", thresholdValue);
        using var run = new RunOptions();
        using var outputs = session.Run(run, inputs, ["upscaled", "halting_depth"]);
        return (Read(outputs[0]), Read(outputs[1]));

        static WeightTensor Read(OrtValue value) => new(value.GetTensorTypeAndShape().Shape, value.GetTensorDataAsSpan<float>().ToArray());
    }
}
