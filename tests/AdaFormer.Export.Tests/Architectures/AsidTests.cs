using AdaFormer.Export.Architectures;

namespace AdaFormer.Export.Tests.Architectures;

[TestClass]
public class AsidTests
{
    private const string Fixture = "asid-x2";

    public static IEnumerable<object[]> Cases() => GoldenNetwork.Cases(Fixture);

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void TheGraphAnswersAsTheOriginalCode(string size) => GoldenNetwork.AssertAnswers(Fixture, size);

    [TestMethod]
    public void ItsCheckpointIsRecognised()
    {
        var description = ArchitectureRegistry.Describe(GoldenNetwork.Weights(Fixture));

        Assert.AreEqual("asid", description.Architecture);
        Assert.AreEqual("custom", description.Preset);
        Assert.AreEqual(2, description.Scale);
        Assert.AreEqual(8, description.FeatureWidth);
        Assert.AreEqual(8, description.SizeMultiple);
        Assert.AreEqual(29418, description.Parameters); // as the original code counts
    }
}
