using AdaFormer.Export.Architectures;
using AdaFormer.Export.Architectures.Asid;
using AdaFormer.Export.Architectures.Catanet;
using AdaFormer.Export.Architectures.Esrt;
using AdaFormer.Export.Weights;
using Microsoft.ML.OnnxRuntime;

namespace AdaFormer.Export.Tests.Architectures;

/// <summary>
/// ASID, CATANet and ESRT against their authors' code: small networks for the scale of 2 with random weights, and that code's answers. Where it fails, at sides that are
/// smaller than what it pools or cuts, it was made to go on: ASID with zeros up to 16 pixels, CATANet with patches no larger than the image and with keys
/// going back and forth, ESRT with two rows.
/// </summary>
[TestClass]
public class AttentionZooTests
{
    private static readonly string[] Networks = ["asid", "catanet", "esrt"];

    public static IEnumerable<object[]> Names() => Networks.Select(network => new object[] { network });

    /// <summary>Every answer in the golden files: network, number and size of the images as "NxHxW".</summary>
    public static IEnumerable<object[]> GoldenCases() =>
        from network in Networks
        from key in OnnxExporterTests.Golden(network).Tensors.Keys
        where key.EndsWith("/image", StringComparison.Ordinal)
        select new object[] { network, key[..^"/image".Length] };

    [TestMethod]
    [DynamicData(nameof(GoldenCases))]
    public void TheGraphAnswersAsTheOriginalCode(string network, string size)
    {
        var golden = OnnxExporterTests.Golden(network).Tensors;
        using var session = new InferenceSession(OnnxExporter.Export(Weights(network)));

        var upscaled = Run(session, golden[$"{size}/image"]);

        CollectionAssert.AreEqual(new[] { "image" }, session.InputNames.ToArray());
        CollectionAssert.AreEqual(new[] { "upscaled" }, session.OutputNames.ToArray());
        CollectionAssert.AreEqual(golden[$"{size}/upscaled"].Shape.ToArray(), upscaled.Shape.ToArray());
        Assert.IsLessThan(1e-4f, Worst(golden[$"{size}/upscaled"], upscaled));
    }

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void R2_EverySizeGivesThatSizeTimesTheScale(string network)
    {
        using var session = new InferenceSession(OnnxExporter.Export(Weights(network)));

        foreach (var (height, width) in Enumerable.Range(1, 40).SelectMany(size => new[] { (size, 41 - size), (1, size) }))
        {
            var upscaled = Run(session, Image(height, width));
            CollectionAssert.AreEqual(new long[] { 1, 3, 2 * height, 2 * width }, upscaled.Shape.ToArray());
            Assert.IsTrue(upscaled.Values.All(float.IsFinite), $"{width}×{height}");
        }
    }

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void AFixedSizeChangesNoPixel(string network)
    {
        var weights = Weights(network);
        using var any = new InferenceSession(OnnxExporter.Export(weights));
        using var only = new InferenceSession(OnnxExporter.Export(weights, new ExportOptions { FixedSize = (22, 19) }));

        CollectionAssert.AreEqual(new[] { 1, 3, 38, 44 }, only.OutputMetadata["upscaled"].Dimensions);
        Assert.IsLessThan(1e-4f, Worst(Run(any, Image(19, 22)), Run(only, Image(19, 22))));
    }

    [TestMethod]
    [DataRow("asid", 29_418, 8)]
    [DataRow("catanet", 7_579, 8)]
    [DataRow("esrt", 171_236, 16)]
    public void ItsTensorsAreRecognisedByItAlone(string network, long parameters, int width)
    {
        var file = SafetensorsFile.Parse(Weights(network));

        var claimants = ArchitectureRegistry.All.Where(architecture => architecture.Recognize(new Checkpoint(file)) is not null);

        CollectionAssert.AreEqual(new[] { network }, claimants.Select(architecture => architecture.Name).ToArray());
        var description = ArchitectureRegistry.Describe(file);
        Assert.AreEqual((network, "custom", 2), (description.Architecture, description.Preset, description.Scale));
        Assert.AreEqual((parameters, width), (description.Parameters, description.FeatureWidth)); // the parameters as the original code counts them
    }

    [TestMethod]
    public void ThePublishedNetworksHaveTheirParameters()
    {
        Assert.AreEqual((313_104L, "asid"), ParametersAndPreset(new AsidNetwork(4, 48, 3, 16)));
        Assert.AreEqual((747_734L, "asid-d8"), ParametersAndPreset(new AsidNetwork(4, 48, 8, 16)));
        var catanet = new CatanetSizes { Scale = 4, Channels = 40, QueryChannels = 36, Hidden = 96, Centers = [16, 32, 64, 128, 16, 32, 64, 128] };
        Assert.AreEqual((535_195L, "catanet"), ParametersAndPreset(new CatanetNetwork(catanet)));
        Assert.AreEqual((751_767L, "esrt"), ParametersAndPreset(new EsrtNetwork(4, 32, 2, 1)));

        static (long Parameters, string Preset) ParametersAndPreset(Network network) => (network.Description.Parameters, network.Description.Preset);
    }

    [TestMethod]
    public void CatanetsCentersThatWereNeverSetAreRefused()
    {
        var tensors = SafetensorsFile.Parse(Weights("catanet")).Tensors.ToDictionary();
        tensors["blocks.1.0.initted"] = new WeightTensor([], [0]);
        using var stream = new MemoryStream();
        new SafetensorsFile(tensors).Write(stream);

        var exception = Assert.ThrowsExactly<WeightsFormatException>(() => OnnxExporter.Export(stream.ToArray()));

        Assert.Contains("blocks.1.0.initted", exception.Message);
    }

    private static byte[] Weights(string network) => network == "esrt" ? EsrtWeights.Make() : OnnxExporterTests.Weights(network);

    private static WeightTensor Image(int height, int width) => new([1, 3, height, width], [.. Enumerable.Range(0, 3 * height * width).Select(index => index * 31 % 97 / 97f)]);

    private static float Worst(WeightTensor expected, WeightTensor actual) => expected.Values.Zip(actual.Values, (a, b) => Math.Abs(a - b)).Max();

    private static WeightTensor Run(InferenceSession session, WeightTensor image)
    {
        using var input = OrtValue.CreateTensorValueFromMemory(image.Values, [.. image.Shape]);
        using var run = new RunOptions();
        using var outputs = session.Run(run, new Dictionary<string, OrtValue> { ["image"] = input }, ["upscaled"]);
        return new WeightTensor(outputs[0].GetTensorTypeAndShape().Shape, outputs[0].GetTensorDataAsSpan<float>().ToArray());
    }
}
