using System.Runtime.InteropServices;
using AdaFormer.Export.Onnx;
using AdaFormer.Export.Weights;
using Microsoft.ML.OnnxRuntime;

namespace AdaFormer.Export.Tests;

/// <summary>The INT8 form of the graph, its ranges taken from the image that it is then tried on.</summary>
[TestClass]
public class QuantizationTests
{
    [TestMethod]
    [DataRow("tiny-x2-skip")]
    [DataRow("tiny-x2-stride2")]
    [DataRow("tiny-x3")]
    [DataRow("tiny-x4")]
    public void AgreesWithTheGoldenAnswer(string model)
    {
        var golden = OnnxExporterTests.Golden(model).Tensors;
        var image = golden["1x24x40/image"];
        using var session = new InferenceSession(Quantized(model, Ranges(model, image)));

        var (upscaled, depth) = OnnxExporterTests.Run(session, image, 1e9f);

        CollectionAssert.AreEqual(golden["1x24x40@1e+09/halting_depth"].Values, depth.Values);
        var differences = golden["1x24x40@1e+09/upscaled"].Values.Zip(upscaled.Values, (a, b) => Math.Abs(a - b)).ToArray();
        var rootMeanSquare = MathF.Sqrt(differences.Average(difference => difference * difference));
        Assert.IsGreaterThan(1e-5f, rootMeanSquare, "nothing was quantized");
        Assert.IsLessThan(0.01f, rootMeanSquare, "a quantization step of an activation is at most 1/255 of its range");
        Assert.IsLessThan(0.05f, differences.Max());
    }

    [TestMethod]
    public void EverySizeAndBatchComesOutExactlyScaled()
    {
        var ranges = Ranges("tiny-x3", OnnxExporterTests.Golden("tiny-x3").Tensors["1x24x40/image"]);
        using var session = new InferenceSession(Quantized("tiny-x3", ranges));
        foreach (var (images, height, width) in new[] { (1, 1, 1), (1, 1, 9), (2, 7, 3), (1, 8, 8), (3, 17, 23) })
        {
            var (upscaled, depth) = OnnxExporterTests.Run(session, new WeightTensor([images, 3, height, width], new float[images * 3 * height * width]), null);
            CollectionAssert.AreEqual(new long[] { images, 3, height * 3, width * 3 }, upscaled.Shape.ToArray());
            CollectionAssert.AreEqual(new long[] { images, 1, height, width }, depth.Shape.ToArray());
            Assert.IsTrue(upscaled.Values.All(float.IsFinite));
        }
    }

    [TestMethod]
    public void EveryChannelsWeightsUseTheirFullRange()
    {
        var weights = SafetensorsFile.Parse(OnnxExporterTests.Weights("tiny-x4")).Tensors;
        var ranges = Ranges("tiny-x4", OnnxExporterTests.Golden("tiny-x4").Tensors["1x24x40/image"]);
        var stored = ModelProto.Parser.ParseFrom(Quantized("tiny-x4", ranges)).Graph.Initializer.ToDictionary(tensor => tensor.Name, tensor => tensor.RawData.ToByteArray());

        foreach (var name in new[] { "encoder.0.conv1", "encoder.0.conv2", "decoder.0.conv1", "decoder.0.conv2" })
        {
            var (exact, bias) = (weights[name + ".weight"].Values, weights[name + ".bias"].Values);
            var integers = MemoryMarshal.Cast<byte, sbyte>(stored[name + ".weight"]).ToArray();
            var scales = MemoryMarshal.Cast<byte, float>(stored[name + ".scales"]).ToArray();
            var biases = MemoryMarshal.Cast<byte, int>(stored[name + ".bias"]).ToArray();
            var (low, high) = ranges[name + ".input"];
            var inputScale = (Math.Max(high, 0) - Math.Min(low, 0)) / 255;
            var size = exact.Length / bias.Length;
            for (var channel = 0; channel < bias.Length; channel++)
            {
                var own = Enumerable.Range(channel * size, size).ToArray();
                Assert.AreEqual(own.Max(index => Math.Abs(exact[index])) / 64, scales[channel], scales[channel] * 1e-5f);
                Assert.AreEqual(64, own.Max(index => Math.Abs((int)integers[index])));
                Assert.IsTrue(own.All(index => Math.Abs(exact[index] - (integers[index] * scales[channel])) <= scales[channel] * 0.5001f));
                Assert.AreEqual(bias[channel], biases[channel] * inputScale * scales[channel], inputScale * scales[channel] * 0.51f + (Math.Abs(bias[channel]) * 1e-5f));
            }
        }
    }

    [TestMethod]
    public void AnEmptyKernelKeepsItsBias()
    {
        var kernel = QuantizedKernel.Of(new WeightTensor([2, 1, 1, 1], [0, 0]), [0.5f, 0], 1e-3f);

        CollectionAssert.AreEqual(new sbyte[] { 0, 0 }, kernel.Values);
        Assert.AreEqual(0.5f, kernel.Bias[0] * 1e-3f * kernel.Scales[0], 1e-5f);
        Assert.AreEqual((0, 1f), (kernel.Bias[1], kernel.Scales[1]));
    }

    [TestMethod]
    public void ARangeHoldsZeroExactly()
    {
        Assert.AreEqual(new AffineQuantization(2f / 255, 0), AffineQuantization.Of("x", 1, 2));
        Assert.AreEqual(new AffineQuantization(2f / 255, 255), AffineQuantization.Of("x", -2, -1));
        Assert.AreEqual(new AffineQuantization(4f / 255, 64), AffineQuantization.Of("x", -1, 3));
        Assert.AreEqual(new AffineQuantization(1, 0), AffineQuantization.Of("x", 0, 0));
    }

    [TestMethod]
    public void MissingAndImpossibleRangesAreNamed()
    {
        const string name = "decoder.0.conv2.output";
        var ranges = Ranges("tiny-x4", OnnxExporterTests.Golden("tiny-x4").Tensors["1x24x40/image"]);
        foreach (var (low, high) in new[] { (1f, 0f), (float.NaN, 1f), (0f, float.PositiveInfinity) })
            Refused(new Dictionary<string, (float, float)>(ranges) { [name] = (low, high) });
        Refused(ranges.Where(pair => pair.Key != name).ToDictionary());

        static void Refused(Dictionary<string, (float, float)> ranges)
        {
            var exception = Assert.ThrowsExactly<ArgumentException>(() => Quantized("tiny-x4", ranges));
            Assert.Contains(name, exception.Message);
        }
    }

    [TestMethod]
    public void ItsMetadataSaysSo()
    {
        var ranges = Ranges("tiny-x3", OnnxExporterTests.Golden("tiny-x3").Tensors["1x24x40/image"]);
        using var quantized = new InferenceSession(Quantized("tiny-x3", ranges));
        using var exact = new InferenceSession(OnnxExporter.Export(OnnxExporterTests.Weights("tiny-x3")));

        Assert.AreEqual("int8", quantized.ModelMetadata.CustomMetadataMap["precision"]);
        Assert.IsFalse(exact.ModelMetadata.CustomMetadataMap.ContainsKey("precision"));
    }

    private static byte[] Quantized(string model, Dictionary<string, (float, float)> ranges) =>
        OnnxExporter.Export(OnnxExporterTests.Weights(model), new ExportOptions { ActivationRanges = ranges });

    /// <summary>The smallest and the largest value of every activation on an image.</summary>
    private static Dictionary<string, (float Minimum, float Maximum)> Ranges(string model, WeightTensor image)
    {
        using var session = new InferenceSession(OnnxExporter.ExportForCalibration(OnnxExporterTests.Weights(model)));
        using var value = OrtValue.CreateTensorValueFromMemory(image.Values, [.. image.Shape]);
        // Nothing halted, as it is tried: where tokens halt, the decoder's activations can be smaller.
        using var threshold = OrtValue.CreateTensorValueFromMemory(new[] { 1e9f }, []);
        string[] names = [.. session.OutputNames.Except(["upscaled", "halting_depth"])];
        using var run = new RunOptions();
        using var outputs = session.Run(run, new Dictionary<string, OrtValue> { ["image"] = value, ["halting_threshold"] = threshold }, names);
        return names.Zip(outputs).ToDictionary(pair => pair.First, pair => Extent(pair.Second.GetTensorDataAsSpan<float>().ToArray()));

        static (float, float) Extent(float[] values) => (values.Min(), values.Max());
    }
}
