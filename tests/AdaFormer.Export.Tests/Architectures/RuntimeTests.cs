using AdaFormer.Export.Architectures;
using AdaFormer.Export.Weights;
using AdaFormer.Imaging;
using AdaFormer.Tests;

namespace AdaFormer.Export.Tests.Architectures;

/// <summary>What the exporter writes against what the runtime takes: they know nothing of each other but the file.</summary>
[TestClass]
public class RuntimeTests
{
    [TestMethod]
    public void EveryArchitecturesModelPassesTheRuntimesCheckAndUpscales()
    {
        var seen = new HashSet<string>();
        foreach (var weights in Weights())
        {
            using var model = UpscalingModel.Load(OnnxExporter.Export(weights));
            var result = new Upscaler(model).Upscale(new Picture(13, 9, PixelLayout.Rgb)).Picture;
            Assert.AreEqual((13 * model.Description.Scale, 9 * model.Description.Scale), (result.Width, result.Height));
            seen.Add(model.Description.Architecture);
        }

        CollectionAssert.AreEquivalent(ArchitectureRegistry.Names.ToArray(), seen.ToArray());
    }

    private static IEnumerable<byte[]> Weights() =>
    [
        .. Directory.GetFiles(TestData.Fixture(), "*.weights.safetensors").Select(File.ReadAllBytes),
        .. new[] { "architectures", "transformers" }
            .SelectMany(folder => Directory.GetFiles(TestData.Fixture(folder), "*.golden.safetensors"))
            .Select(file => ArchitectureTests.Weights(SafetensorsFile.Read(file).Tensors)),
        .. ZooGoldenTests.Goldens().Select(row => ZooGoldenTests.Weights((string)row[0])),
        EsrtWeights.Make(),
    ];
}
