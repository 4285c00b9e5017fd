using AdaFormer.Export;
using AdaFormer.Export.Weights;
using AdaFormer.MLNet;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace AdaFormer.Tests;

/// <summary>The transform against the bare graph, which the exporter's tests hold against the golden answers and the training's against TorchSharp.</summary>
[TestClass]
public class AgreementTests
{
    private readonly MLContext _context = new(1);

    [TestMethod]
    [DataRow("tiny-x2-skip", 0f)]
    [DataRow("tiny-x2-stride2", 0.3f)]
    [DataRow("tiny-x3", 0.3f)]
    [DataRow("tiny-x4", 0.3f)]
    [DataRow("tiny-x4", 0.95f)]
    [DataRow("tiny-x4", 1e9f)]
    public void R15_TheTransformGivesTheGraphsAnswerRounded(string weights, float threshold)
    {
        var model = OnnxExporter.Export(File.ReadAllBytes(TestData.Fixture($"{weights}.weights.safetensors")));
        var golden = SafetensorsFile.Read(TestData.Fixture($"{weights}.golden.safetensors")).Tensors["1x24x40/image"];
        var pixels = golden.Values.Select(value => MathF.Round(Math.Clamp(value, 0, 1) * 255)).ToArray();
        var schema = SchemaDefinition.Create(typeof(Row));
        schema["Pixels"].ColumnType = new VectorDataViewType(NumberDataViewType.Single, pixels.Length);
        var data = _context.Data.LoadFromEnumerable([new Row { Pixels = pixels }], schema);
        var options = new AdaFormerUpscalingOptions
        {
            OutputColumnName = "Large",
            InputColumnName = "Pixels",
            ModelBytes = model,
            Upscaling = new UpscaleOptions { HaltingThreshold = threshold },
            HaltingDepthColumnName = "Depth",
            VectorLayout = new PixelVectorLayout(40, 24),
        };

        var large = _context.Transforms.AdaFormerUpscale(options).Fit(data).Transform(data);

        using var session = new InferenceSession(model);
        using var answers = session.Run(
        [
            NamedOnnxValue.CreateFromTensor("image", new DenseTensor<float>(pixels.Select(pixel => pixel / 255).ToArray(), [1, 3, 24, 40])),
            NamedOnnxValue.CreateFromTensor("halting_threshold", new DenseTensor<float>(new[] { threshold }, ReadOnlySpan<int>.Empty)),
        ]);
        var upscaled = answers.Single(answer => answer.Name == "upscaled").AsEnumerable<float>().ToArray();
        var depth = answers.Single(answer => answer.Name == "halting_depth").AsEnumerable<float>().ToArray();
        CollectionAssert.AreEqual(depth, large.GetColumn<float[]>("Depth").Single());
        var samples = large.GetColumn<float[]>("Large").Single();
        var worst = upscaled.Zip(samples, (expected, sample) => Math.Abs(Math.Clamp(expected, 0, 1) - (sample / 255))).Max();
        Assert.IsLessThan((0.5f / 255) + 1e-4f, worst, "beyond the rounding to 8 bits");
        Assert.HasCount(upscaled.Length, samples);
    }

    private sealed class Row
    {
        public float[] Pixels { get; set; } = [];
    }
}
