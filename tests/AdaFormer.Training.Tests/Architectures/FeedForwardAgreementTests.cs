using AdaFormer.Export;
using AdaFormer.Export.Weights;
using AdaFormer.Tests;
using AdaFormer.Training.Architectures;
using Microsoft.ML.OnnxRuntime;
using static TorchSharp.torch;

namespace AdaFormer.Training.Tests.Architectures;

/// <summary>
/// Networks without halting as TorchSharp trains them: against the graphs that the exporter writes of the same weights, and against the
/// answers of their authors' code.
/// </summary>
[TestClass]
public class FeedForwardAgreementTests
{
    private static readonly Dictionary<string, string> NoMetadata = [];

    public static IEnumerable<object[]> Sizes() =>
        from name in SmallNetworks.Names()
        from size in new[] { (3, 2, 17, 9), (4, 3, 40, 8), (4, 1, 1, 5), (2, 1, 33, 70) }
        select new object[] { name[0], size.Item1, size.Item2, size.Item3, size.Item4 };

    [TestMethod]
    [DynamicData(nameof(Sizes))]
    public void R15_TorchSharpAndTheGraphAgree(string architecture, int scale, int images, int height, int width)
    {
        using var network = SmallNetworks.Random(architecture, scale, images + height + width);
        using var input = rand(images, 3, height, width);
        using var session = new InferenceSession(OnnxExporter.Export(Bytes(network.Save(NoMetadata))));
        using var image = OrtValue.CreateTensorValueFromMemory(input.data<float>().ToArray(), input.shape);
        using var run = new RunOptions();
        using var outputs = session.Run(run, new Dictionary<string, OrtValue> { ["image"] = image }, ["upscaled"]);

        using var upscaled = network.Upscale(input).Images;

        CollectionAssert.AreEqual(new long[] { images, 3, scale * height, scale * width }, upscaled.shape);
        Assert.IsLessThan(1e-4f, Worst(upscaled, outputs[0].GetTensorDataAsSpan<float>().ToArray()));
    }

    [TestMethod]
    [DynamicData(nameof(SmallNetworks.Names), typeof(SmallNetworks))]
    public void WeightsOfTheOriginalCodeGiveItsAnswers(string architecture)
    {
        var (weights, golden) = Original(architecture);
        using var network = TrainableArchitectures.Create(SmallNetworks.Configuration(architecture));
        network.StartFrom(weights);
        var sizes = golden.Keys.Where(key => key.EndsWith("/image", StringComparison.Ordinal)).Select(key => key.Split('/')[0]).ToArray();
        Assert.IsGreaterThan(2, sizes.Length);
        foreach (var size in sizes)
        {
            var (image, expected) = (golden[$"{size}/image"], golden[$"{size}/upscaled"]);
            using var upscaled = network.Upscale(tensor(image.Values, image.Shape.ToArray())).Images;
            CollectionAssert.AreEqual(expected.Shape.ToArray(), upscaled.shape);
            Assert.IsLessThan(1e-4f, Worst(upscaled, expected.Values), size);
        }
    }

    [TestMethod]
    [DynamicData(nameof(SmallNetworks.Names), typeof(SmallNetworks))]
    public void AnotherScaleGivesAllButItsUpsampler(string architecture)
    {
        using var two = SmallNetworks.Random(architecture, 2, 1);
        using var four = SmallNetworks.Random(architecture, 4, 2);
        var (start, before) = (two.Save(NoMetadata), four.Save(NoMetadata));

        four.StartFrom(start);

        var changed = 0;
        foreach (var (name, weight) in four.Save(NoMetadata).Tensors)
        {
            var taken = !((FeedForwardNetwork)four.Module).IsUpsampler(name);
            CollectionAssert.AreEqual((taken ? start : before).Tensors[name].Values, weight.Values, name);
            changed += taken ? 1 : 0;
        }

        Assert.IsGreaterThan(20, changed);
    }

    [TestMethod]
    public void WeightsOfAnotherArchitectureAreRefused()
    {
        using var network = TrainableArchitectures.Create(SmallNetworks.Configuration("swinir"));
        var etds = CheckpointReader.Read(TestData.Fixture("checkpoints", "etds-x2.pth")).Weights;
        var message = Assert.ThrowsExactly<WeightsFormatException>(() => network.StartFrom(etds)).Message;
        Assert.Contains("'etds'; expected 'swinir'", message);
    }

    private static (SafetensorsFile Weights, IReadOnlyDictionary<string, WeightTensor> Golden) Original(string architecture)
    {
        const string Prefix = "weights/";
        if (architecture != "swinir")
            return (Fixture($"{architecture}.weights"), Fixture($"{architecture}.golden").Tensors);
        var all = Fixture("transformers/swinir.golden").Tensors;
        var weights = all.Where(pair => pair.Key.StartsWith(Prefix, StringComparison.Ordinal)).ToDictionary(pair => pair.Key[Prefix.Length..], pair => pair.Value);
        return (new SafetensorsFile(weights), all);

        static SafetensorsFile Fixture(string name) => SafetensorsFile.Read(TestData.Fixture([.. $"{name}.safetensors".Split('/')]));
    }

    private static byte[] Bytes(SafetensorsFile file)
    {
        using var stream = new MemoryStream();
        file.Write(stream);
        return stream.ToArray();
    }

    private static float Worst(Tensor actual, float[] expected) => actual.contiguous().data<float>().Zip(expected, (a, b) => Math.Abs(a - b)).Max();
}
