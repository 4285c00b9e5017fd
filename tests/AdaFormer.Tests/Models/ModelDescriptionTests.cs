using AdaFormer.Export;
using AdaFormer.Export.Architectures;
using AdaFormer.Export.Weights;

namespace AdaFormer.Tests.Descriptions;

[TestClass]
public class ModelDescriptionTests
{
    private const string TokenForEachPixel = "tiny-x2";

    [TestMethod]
    public void ReadsWithoutASessionWhatASessionReads()
    {
        using var model = UpscalingModel.LoadBuiltIn();

        var description = ModelDescription.Read(BuiltInModel.Read(), BuiltInModel.Name);

        CollectionAssert.AreEquivalent(model.Description.Metadata.ToArray(), description.Metadata.ToArray());
        Assert.AreEqual(model.Description with { Metadata = description.Metadata, Precisions = description.Precisions }, description);
    }

    [TestMethod]
    [DataRow(null, 8)]
    [DataRow("1", 8)]
    [DataRow("2", 16)]
    public void TilesBeginAtWindowsOfPixels(string? tokenStride, int expected)
    {
        var metadata = WithTokenStride(tokenStride);

        Assert.AreEqual(expected, ModelDescription.FromMetadata(metadata, "model").SizeMultiple);
    }

    [TestMethod]
    [DataRow("0")]
    [DataRow("3")]
    [DataRow("two")]
    public void AnImpossibleTokenStrideIsNamed(string tokenStride)
    {
        var exception = Assert.ThrowsExactly<ModelFormatException>(() => ModelDescription.FromMetadata(WithTokenStride(tokenStride), "model"));

        Assert.Contains($"token_stride '{tokenStride}'", exception.Message);
    }

    [TestMethod]
    [DataRow("tiny-x2-stride2")]
    [DataRow("tiny-x4")]
    public void SaysOfTheModelWhatTheExporterSaysOfTheWeights(string name)
    {
        var weights = File.ReadAllBytes(TestData.Fixture($"{name}.weights.safetensors"));
        var network = ArchitectureRegistry.Describe(SafetensorsFile.Parse(weights, name));

        var model = ModelDescription.Read(OnnxExporter.Export(weights), name);

        Assert.AreEqual(
            network with { Precisions = [] },
            new NetworkDescription
            {
                Architecture = model.Architecture, Preset = model.Preset, Scale = model.Scale, Blocks = model.Blocks, Parameters = model.Parameters,
                MultiplyAddsPerPixel = model.MultiplyAddsPerPixel, FeatureWidth = model.FeatureWidth, BytesPerPixel = model.BytesPerPixel,
                SizeMultiple = model.SizeMultiple, TileOverlap = model.TileOverlap, Precisions = [],
            });
    }

    /// <summary>R7: cut anywhere, it is an error that says so.</summary>
    [TestMethod]
    public void ATruncatedModelIsAnError()
    {
        var file = BuiltInModel.Read();
        for (var length = 0; length < file.Length; length += 1 + (file.Length / 300))
            Assert.ThrowsExactly<ModelFormatException>(() => ModelDescription.Read(file.AsSpan(0, length), "cut"));
    }

    [TestMethod]
    [DataRow(new byte[] { 0x72, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01 })]
    [DataRow(new byte[] { 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01 })]
    [DataRow(new byte[] { 0x07 })]
    public void NoProtobufIsAnError(byte[] bytes) => Assert.ThrowsExactly<ModelFormatException>(() => ModelDescription.Read(bytes, "noise"));

    [TestMethod]
    public void AFileOfBeforeItSaidWhatItNeedsIsReadAlike()
    {
        var now = ModelDescription.Read(BuiltInModel.Read(TokenForEachPixel), TokenForEachPixel);

        var before = ModelDescription.FromMetadata(WithTokenStride(null), "model");

        Assert.AreEqual(now with { Parameters = 0, MultiplyAddsPerPixel = 0, Metadata = before.Metadata, Precisions = before.Precisions }, before);
    }

    // The metadata of files of before they said what they need.
    private static Dictionary<string, string> WithTokenStride(string? tokenStride)
    {
        var metadata = ModelDescription.Read(BuiltInModel.Read(TokenForEachPixel), TokenForEachPixel).Metadata.ToDictionary();
        foreach (var key in new[] { "token_stride", "parameters", "multiply_adds_per_pixel", "feature_width", "bytes_per_pixel", "size_multiple", "tile_overlap" })
            metadata.Remove(key);
        if (tokenStride is not null)
            metadata["token_stride"] = tokenStride;
        return metadata;
    }
}
