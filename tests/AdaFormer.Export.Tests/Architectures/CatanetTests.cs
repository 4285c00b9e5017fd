using AdaFormer.Export.Architectures;
using AdaFormer.Export.Weights;

namespace AdaFormer.Export.Tests.Architectures;

[TestClass]
public class CatanetTests
{
    private const string Fixture = "catanet-x2";

    public static IEnumerable<object[]> Cases() => GoldenNetwork.Cases(Fixture);

    /// <summary>
    /// The original fails where a side is smaller than a patch, and where there are too few tokens to fill the last groups; there it was run with patches no
    /// larger than the image, and tokens going back and forth.
    /// </summary>
    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void TheGraphAnswersAsTheOriginalCode(string size) => GoldenNetwork.AssertAnswers(Fixture, size);

    [TestMethod]
    public void ItsCheckpointIsRecognised()
    {
        var description = ArchitectureRegistry.Describe(GoldenNetwork.Weights(Fixture));

        Assert.AreEqual("catanet", description.Architecture);
        Assert.AreEqual("custom", description.Preset);
        Assert.AreEqual(2, description.Scale);
        Assert.AreEqual(8, description.FeatureWidth);
        Assert.AreEqual(7579, description.Parameters); // as the original code counts
    }

    [TestMethod]
    public void CentersThatWereNeverSetAreRefused()
    {
        var tensors = GoldenNetwork.Weights(Fixture).Tensors.ToDictionary();
        tensors["blocks.1.0.initted"] = new WeightTensor([], [0]);
        using var stream = new MemoryStream();
        new SafetensorsFile(tensors).Write(stream);

        var exception = Assert.ThrowsExactly<WeightsFormatException>(() => OnnxExporter.Export(stream.ToArray()));

        Assert.Contains("blocks.1.0.initted", exception.Message);
    }
}
