using AdaFormer.Export;
using AdaFormer.Training.Architectures.AdaFormer;
using Microsoft.ML.OnnxRuntime;
using static TorchSharp.torch;

namespace AdaFormer.Training.Tests;

/// <summary>The network as TorchSharp trains it, against the graph that the exporter writes of the same weights.</summary>
[TestClass]
public class OnnxAgreementTests
{
    [TestMethod]
    [DataRow("tiny", 1, 2, ImageSkip.Bilinear, 1, 23, 31)]
    [DataRow("tiny", 1, 3, ImageSkip.None, 2, 17, 9)]
    [DataRow("tiny", 1, 4, ImageSkip.Bilinear, 3, 40, 8)]
    [DataRow("small", 1, 4, ImageSkip.None, 1, 33, 5)]
    [DataRow("base", 1, 4, ImageSkip.Bilinear, 1, 16, 27)]
    [DataRow("tiny", 2, 2, ImageSkip.None, 1, 23, 31)]
    [DataRow("tiny", 2, 4, ImageSkip.Bilinear, 3, 47, 16)]
    [DataRow("small", 2, 3, ImageSkip.Bilinear, 2, 33, 9)]
    public void R15_TorchSharpAndTheGraphAgree(string preset, int tokenStride, int scale, ImageSkip skip, int images, int height, int width)
    {
        random.manual_seed(images + height + width);
        using var network = new AdaFormerNetwork(AdaFormerConfiguration.Preset(preset, scale, skip) with { TokenStride = tokenStride });
        using var input = rand(images, 3, height, width);
        var onnx = Export(network);
        using var session = new InferenceSession(onnx);
        foreach (var threshold in Thresholds(network, input))
        {
            var expected = network.Upscale(input, threshold);
            var (upscaled, depth) = Run(session, input, threshold);

            CollectionAssert.AreEqual(expected.HaltingDepth.data<float>().ToArray(), depth, $"halting depth at threshold {threshold}");
            var worst = expected.Upscaled.contiguous().data<float>().Zip(upscaled, (a, b) => Math.Abs(a - b)).Max();
            Assert.IsLessThan(1e-4f, worst, $"largest difference {worst} at threshold {threshold}");
        }
    }

    /// <summary>Thresholds that halt nothing, all, and parts, none within 1e-5 of any score: random weights' confidences lie around 0.5.</summary>
    private static IEnumerable<float> Thresholds(AdaFormerNetwork network, Tensor input)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        // All scores that a mask is compared with grow from these confidences, so take the middle of the widest gap in each third.
        var confidences = network.forward(input, double.PositiveInfinity).Confidences!.select(1, 0).contiguous().data<float>().Order().ToArray();
        yield return 1e9f;
        yield return 0;
        for (var part = 0; part < 3; part++)
        {
            var third = confidences[(part * confidences.Length / 3)..((part + 1) * confidences.Length / 3)];
            var widest = Enumerable.Range(0, third.Length - 1).MaxBy(index => third[index + 1] - third[index]);
            if (third[widest + 1] - third[widest] > 4e-5f)
                yield return (third[widest] + third[widest + 1]) / 2;
        }
    }

    private static byte[] Export(AdaFormerNetwork network)
    {
        using var stream = new MemoryStream();
        NetworkWeights.Save(network).Write(stream);
        return OnnxExporter.Export(stream.ToArray());
    }

    private static (float[] Upscaled, float[] Depth) Run(InferenceSession session, Tensor input, float threshold)
    {
        using var image = OrtValue.CreateTensorValueFromMemory(input.data<float>().ToArray(), input.shape);
        using var dial = OrtValue.CreateTensorValueFromMemory([threshold], []);
        using var run = new RunOptions();
        using var outputs = session.Run(
            run, new Dictionary<string, OrtValue> { ["image"] = image, ["halting_threshold"] = dial }, ["upscaled", "halting_depth"]);
        return (outputs[0].GetTensorDataAsSpan<float>().ToArray(), outputs[1].GetTensorDataAsSpan<float>().ToArray());
    }
}
