using AdaFormer.Export.Weights;
using AdaFormer.Tests;

namespace AdaFormer.Export.Tests;

[TestClass]
public class CheckpointImportTests
{
    [TestMethod]
    public void TheWeightsFileSaysWhatItIsAndWhereItComesFrom()
    {
        var tensors = SafetensorsFile.Read(TestData.Fixture("architectures", "etds.golden.safetensors")).Tensors
            .Where(pair => pair.Key.StartsWith("weights/", StringComparison.Ordinal)).ToDictionary(pair => pair.Key["weights/".Length..], pair => pair.Value);
        var checkpoint = new ImportedCheckpoint(new SafetensorsFile(tensors), "PyTorch", "'params'");

        var file = SafetensorsFile.Parse(CheckpointImport.ToSafetensors(checkpoint, "abc"u8, new ExportOptions { Source = "https://example.org", License = "MIT" }));

        foreach (var (key, value) in new[]
        {
            ("architecture", "etds"), ("preset", "custom"), ("scale", "4"), ("source", "https://example.org"), ("license", "MIT"), ("training_data", "unknown"),
            ("checkpoint_sha256", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        })
            Assert.AreEqual(value, file.Metadata[key]);
        CollectionAssert.AreEquivalent(tensors.Keys, file.Tensors.Keys.ToArray());
    }

    [TestMethod]
    public void AnAdaFormerKeepsItsConfiguration()
    {
        var bytes = File.ReadAllBytes(TestData.Fixture("tiny-x3.weights.safetensors"));

        var file = SafetensorsFile.Parse(CheckpointImport.ToSafetensors(CheckpointReader.Parse(bytes, "test"), bytes, new ExportOptions()));

        Assert.AreEqual(AdaFormerConfiguration.FromMetadata(SafetensorsFile.Parse(bytes).Metadata), AdaFormerConfiguration.FromMetadata(file.Metadata));
    }
}
