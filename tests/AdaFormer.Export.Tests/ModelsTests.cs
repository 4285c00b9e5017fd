using System.Security.Cryptography;
using System.Text.Json;
using AdaFormer.Export.Weights;
using AdaFormer.Tests;

namespace AdaFormer.Export.Tests;

/// <summary>The models in models/ are what their manifest says, and what the exporter makes of their weights.</summary>
[TestClass]
public class ModelsTests
{
    private static readonly string Folder = Path.Combine(TestData.Repository, "models");

    public static IEnumerable<object[]> Names()
    {
        using var manifest = JsonDocument.Parse(File.ReadAllText(Path.Combine(Folder, "manifest.json")));
        foreach (var model in manifest.RootElement.GetProperty("models").EnumerateArray())
            yield return [model.GetProperty("name").GetString()!];
    }

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void R10_FilesHaveTheirPinnedHashAndLength(string name)
    {
        foreach (var file in Entry(name).GetProperty("files").EnumerateArray())
        {
            var bytes = File.ReadAllBytes(Path.Combine(Folder, file.GetProperty("path").GetString()!));
            Assert.AreEqual(file.GetProperty("bytes").GetInt32(), bytes.Length);
            Assert.AreEqual(file.GetProperty("sha256").GetString(), Convert.ToHexStringLower(SHA256.HashData(bytes)));
        }
    }

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void ExportingTheWeightsGivesTheModel(string name)
    {
        var entry = Entry(name);
        var weights = File.ReadAllBytes(Path.Combine(Folder, name, $"{name}.safetensors"));

        var model = OnnxExporter.Export(weights, new ExportOptions
        {
            HaltingThreshold = entry.GetProperty("halting_threshold").GetSingle(),
            TrainingData = entry.GetProperty("training_data").GetString()!,
            License = entry.GetProperty("license").GetString()!,
        });

        CollectionAssert.AreEqual(File.ReadAllBytes(Path.Combine(Folder, name, $"{name}.onnx")), model);
    }

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void EveryModelHasItsCardConfigurationAndLogs(string name)
    {
        foreach (var file in new[] { "README.md", "training.json", "training.csv", "validation.csv" })
            Assert.IsTrue(File.Exists(Path.Combine(Folder, name, file)), $"models/{name}/{file}");
        var configuration = AdaFormerConfiguration.FromMetadata(SafetensorsFile.Read(Path.Combine(Folder, name, $"{name}.safetensors")).Metadata);
        Assert.AreEqual((Entry(name).GetProperty("preset").GetString(), Entry(name).GetProperty("scale").GetInt32()), (configuration.PresetName, configuration.Scale));
    }

    private static JsonElement Entry(string name)
    {
        var manifest = JsonDocument.Parse(File.ReadAllText(Path.Combine(Folder, "manifest.json")));
        return manifest.RootElement.GetProperty("models").EnumerateArray().Single(model => model.GetProperty("name").GetString() == name);
    }
}
