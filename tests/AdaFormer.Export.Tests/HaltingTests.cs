using AdaFormer.Export.Weights;
using Microsoft.ML.OnnxRuntime;

namespace AdaFormer.Export.Tests;

/// <summary>What the halting inside the graph must do at any threshold, on top of the golden answers.</summary>
[TestClass]
public class HaltingTests
{
    [TestMethod]
    public void WithoutAThresholdTheGraphUsesItsDefault()
    {
        var (weights, image) = Case();
        using var low = new InferenceSession(OnnxExporter.Export(weights, new ExportOptions { HaltingThreshold = 0.3f }));
        using var paper = new InferenceSession(OnnxExporter.Export(weights));

        var byDefault = OnnxExporterTests.Run(low, image, null);
        var byInput = OnnxExporterTests.Run(paper, image, 0.3f);

        CollectionAssert.AreEqual(byInput.Upscaled.Values, byDefault.Upscaled.Values);
        CollectionAssert.AreEqual(byInput.Depth.Values, byDefault.Depth.Values);
        CollectionAssert.AreNotEqual(OnnxExporterTests.Run(paper, image, null).Depth.Values, byDefault.Depth.Values);
    }

    [TestMethod]
    [DataRow(0.25f, false)]
    [DataRow(0.6f, false)]
    [DataRow(1e9f, false)]
    [DataRow(0.25f, true)]
    [DataRow(0.6f, true)]
    public void AnImageGivesTheSameAloneAndInABatchWithOthers(float threshold, bool float16)
    {
        const int side = 19;
        using var session = new InferenceSession(OnnxExporter.Export(OnnxExporterTests.Weights("tiny-x4"), new ExportOptions { Float16 = float16 }));
        var random = new Random(3);
        // Noise, nothing, a faint gradient: images that halt at different depths, so that one keeps more tokens than another.
        WeightTensor[] images =
        [
            Image((_, _) => random.NextSingle()),
            Image((_, _) => 0),
            Image((x, y) => (x + y) / 100f),
        ];
        var batch = new WeightTensor([3, 3, side, side], [.. images.SelectMany(image => image.Values)]);

        var together = OnnxExporterTests.Run(session, batch, threshold);

        for (var index = 0; index < images.Length; index++)
        {
            var alone = OnnxExporterTests.Run(session, images[index], threshold);
            CollectionAssert.AreEqual(alone.Depth.Values, together.Depth.Values[(index * side * side)..((index + 1) * side * side)]);
            var part = together.Upscaled.Values.Skip(index * alone.Upscaled.Values.Length);
            Assert.IsLessThan(float16 ? 1e-3f : 2e-6f, alone.Upscaled.Values.Zip(part, (a, b) => Math.Abs(a - b)).Max());
        }

        static WeightTensor Image(Func<int, int, float> value) =>
            new([1, 3, side, side], [.. from channel in Enumerable.Range(0, 3) from y in Enumerable.Range(0, side) from x in Enumerable.Range(0, side) select value(x, y)]);
    }

    [TestMethod]
    public void ALowerThresholdNeverKeepsMoreTokens()
    {
        var (weights, image) = Case();
        using var session = new InferenceSession(OnnxExporter.Export(weights));
        var previous = OnnxExporterTests.Run(session, image, 1e9f).Depth.Values;
        Assert.IsTrue(previous.All(depth => depth == previous[0] && depth > 0), "a very large threshold halts nothing");

        // A token that leaves earlier changes what its neighbours see, so only the shares are ordered, not each token.
        foreach (var threshold in new[] { 2f, 1f, 0.5f, 0.25f, 0.1f, 0f, -1f })
        {
            var depth = OnnxExporterTests.Run(session, image, threshold).Depth.Values;
            Assert.IsLessThanOrEqualTo(previous.Sum(), depth.Sum(), $"threshold {threshold}");
            previous = depth;
        }

        Assert.AreEqual(0, previous.Sum());
    }

    [TestMethod]
    public void R2_EverySizeComesOutExactlyScaled()
    {
        foreach (var (model, scale) in new[] { ("tiny-x2-skip", 2), ("tiny-x2-stride2", 2), ("tiny-x3", 3), ("tiny-x4", 4) })
        {
            using var session = new InferenceSession(OnnxExporter.Export(OnnxExporterTests.Weights(model)));
            for (var height = 1; height <= 20; height++)
            {
                var width = (height * 7 % 20) + 1;
                var (upscaled, depth) = OnnxExporterTests.Run(session, new WeightTensor([1, 3, height, width], new float[3 * height * width]), null);
                CollectionAssert.AreEqual(new long[] { 1, 3, height * scale, width * scale }, upscaled.Shape.ToArray());
                CollectionAssert.AreEqual(new long[] { 1, 1, height, width }, depth.Shape.ToArray());
            }
        }
    }

    [TestMethod]
    public void ExportIsReproducible() =>
        CollectionAssert.AreEqual(OnnxExporter.Export(OnnxExporterTests.Weights("tiny-x3")), OnnxExporter.Export(OnnxExporterTests.Weights("tiny-x3")));

    [TestMethod]
    public void MissingExtraAndUnfitTensorsAreNamed()
    {
        var file = SafetensorsFile.Parse(OnnxExporterTests.Weights("tiny-x4"));
        Refused("upsampler.bias", tensors => tensors.Remove("upsampler.bias"));
        Refused("surprise", tensors => tensors["surprise"] = new WeightTensor([1], [1]));
        Refused("head.bias", tensors => tensors["head.bias"] = new WeightTensor([3], [1, 2, 3]));
        Refused("head.bias", tensors => tensors["head.bias"] = new WeightTensor(file.Tensors["head.bias"].Shape, [float.NaN, .. file.Tensors["head.bias"].Values[1..]]));

        void Refused(string name, Action<Dictionary<string, WeightTensor>> change)
        {
            var tensors = file.Tensors.ToDictionary();
            change(tensors);
            using var stream = new MemoryStream();
            new SafetensorsFile(tensors, file.Metadata).Write(stream);
            var exception = Assert.ThrowsExactly<WeightsFormatException>(() => OnnxExporter.Export(stream.ToArray()));
            Assert.Contains(name, exception.Message);
        }
    }

    private static (byte[] Weights, WeightTensor Image) Case() =>
        (OnnxExporterTests.Weights("tiny-x3"), OnnxExporterTests.Golden("tiny-x3").Tensors["1x24x40/image"]);
}
