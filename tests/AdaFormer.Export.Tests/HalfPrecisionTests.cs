using System.Globalization;
using AdaFormer.Export.Onnx;
using AdaFormer.Export.Weights;
using Microsoft.ML.OnnxRuntime;

namespace AdaFormer.Export.Tests;

/// <summary>The FP16 form of the graph, as ONNX Runtime's CPU provider computes it, and as a GPU rounds it.</summary>
[TestClass]
public class HalfPrecisionTests
{
    // What halting scores of at most a few units may differ by, and pixels of up to 2.5 with nothing halted otherwise.
    private const float ScoreTolerance = 2e-3f;
    private const float PixelTolerance = 4e-3f;

    [TestMethod]
    [DataRow("tiny-x2-skip")]
    [DataRow("tiny-x2-stride2")]
    [DataRow("tiny-x3")]
    [DataRow("tiny-x4")]
    public void AgreesWithTheGoldenAnswers(string model)
    {
        var golden = OnnxExporterTests.Golden(model).Tensors;
        using var exact = new InferenceSession(OnnxExporter.Export(OnnxExporterTests.Weights(model)));
        using var half = new InferenceSession(Half(model));
        using var rounded = new InferenceSession(RoundedGraph.Of(Half(model)));
        var clear = 0;
        foreach (var key in golden.Keys.Where(key => key.EndsWith("/upscaled", StringComparison.Ordinal)))
        {
            var answer = key[..^"/upscaled".Length];
            var (image, threshold) = (golden[$"{answer.Split('@')[0]}/image"], float.Parse(answer.Split('@')[1], CultureInfo.InvariantCulture));
            var isClear = IsClear(exact, image, threshold);
            clear += isClear && threshold is > 0 and < 100 ? 1 : 0;
            foreach (var session in new[] { half, rounded })
            {
                var (upscaled, depth) = OnnxExporterTests.Run(session, image, threshold);
                var others = golden[$"{answer}/halting_depth"].Values.Zip(depth.Values, (a, b) => a != b).Count(differs => differs);
                var differences = golden[key].Values.Zip(upscaled.Values, (a, b) => Math.Abs(a - b)).ToArray();
                Assert.IsLessThanOrEqualTo(isClear ? 0 : depth.Values.Length / 100, others, answer);
                Assert.IsLessThan(isClear ? PixelTolerance : 0.02f, isClear ? differences.Max() : RootMeanSquare(differences), answer);
                Assert.IsGreaterThan(1e-5f, RootMeanSquare(differences), "nothing was rounded");
            }
        }

        Assert.IsGreaterThanOrEqualTo(2, clear, "golden answers in which tokens halt, none of them by a hair");
    }

    [TestMethod]
    public void EverySizeAndBatchComesOutExactlyScaled()
    {
        using var session = new InferenceSession(Half("tiny-x3"));
        foreach (var (images, height, width) in new[] { (1, 1, 1), (1, 1, 9), (2, 7, 3), (1, 8, 8), (3, 17, 23) })
        {
            var (upscaled, depth) = OnnxExporterTests.Run(session, new WeightTensor([images, 3, height, width], new float[images * 3 * height * width]), 0.3f);
            CollectionAssert.AreEqual(new long[] { images, 3, height * 3, width * 3 }, upscaled.Shape.ToArray());
            CollectionAssert.AreEqual(new long[] { images, 1, height, width }, depth.Shape.ToArray());
            Assert.IsTrue(upscaled.Values.All(float.IsFinite));
        }
    }

    [TestMethod]
    public void WeightsTakeHalfTheBytesAndMetadataSaysSo()
    {
        var (exact, half) = (OnnxExporter.Export(OnnxExporterTests.Weights("tiny-x4")), Half("tiny-x4"));
        using var session = new InferenceSession(half);

        Assert.AreEqual("fp16", session.ModelMetadata.CustomMetadataMap["precision"]);
        Assert.AreEqual(typeof(float), session.InputMetadata["image"].ElementType);
        Assert.AreEqual(typeof(float), session.OutputMetadata["upscaled"].ElementType);
        Assert.AreEqual(0.5, (double)WeightBytes(half) / WeightBytes(exact), 0.01);
    }

    [TestMethod]
    public void Int8AndWeightsBeyondItsRangeAreRefused()
    {
        var both = Assert.ThrowsExactly<ArgumentException>(() => OnnxExporter.Export(
            OnnxExporterTests.Weights("tiny-x4"), new ExportOptions { Float16 = true, ActivationRanges = new Dictionary<string, (float, float)>() }));
        Assert.Contains("INT8", both.Message);
        var file = SafetensorsFile.Parse(OnnxExporterTests.Weights("tiny-x4"), "weights");
        file.Tensors["head.weight"].Values[7] = 70_000;
        using var stream = new MemoryStream();
        file.Write(stream);
        var large = Assert.ThrowsExactly<ArgumentException>(() => OnnxExporter.Export(stream.ToArray(), new ExportOptions { Float16 = true }));
        Assert.Contains("head.weight", large.Message);
        Assert.Contains("70000", large.Message);
    }

    /// <summary>Whether no decision to halt hangs on less than what FP16 may change in a score.</summary>
    private static bool IsClear(InferenceSession exact, WeightTensor image, float threshold)
    {
        var answers = new[] { threshold, threshold - ScoreTolerance, threshold + ScoreTolerance }.Select(near => OnnxExporterTests.Run(exact, image, near)).ToArray();
        return answers[1..].All(other => other.Depth.Values.SequenceEqual(answers[0].Depth.Values) && other.Upscaled.Values.SequenceEqual(answers[0].Upscaled.Values));
    }

    private static float RootMeanSquare(float[] differences) => MathF.Sqrt(differences.Average(difference => difference * difference));

    private static int WeightBytes(byte[] model) => Sum(ModelProto.Parser.ParseFrom(model).Graph);

    private static int Sum(GraphProto graph) =>
        graph.Initializer.Where(tensor => tensor.Name.Contains("body", StringComparison.Ordinal) || tensor.Name.Contains("coder", StringComparison.Ordinal)).Sum(tensor => tensor.RawData.Length)
        + graph.Node.SelectMany(node => node.Attribute).Where(attribute => attribute.G is not null).Sum(attribute => Sum(attribute.G));

    private static byte[] Half(string model) => OnnxExporter.Export(OnnxExporterTests.Weights(model), new ExportOptions { Float16 = true });
}
