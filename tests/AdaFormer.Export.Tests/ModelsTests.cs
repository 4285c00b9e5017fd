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
        var original = Original(name);
        var weights = File.ReadAllBytes(Path.Combine(Folder, original, $"{original}.safetensors"));

        var model = OnnxExporter.Export(weights, new ExportOptions
        {
            HaltingThreshold = entry.GetProperty("halting_threshold").GetSingle(),
            TrainingData = entry.GetProperty("training_data").GetString()!,
            License = entry.GetProperty("license").GetString()!,
            Float16 = Precision(entry) == "fp16",
            ActivationRanges = Precision(entry) == "int8"
                ? entry.GetProperty("activation_ranges").EnumerateObject().ToDictionary(range => range.Name, range => (range.Value[0].GetSingle(), range.Value[1].GetSingle()))
                : null,
        });

        CollectionAssert.AreEqual(File.ReadAllBytes(Path.Combine(Folder, original, $"{name}.onnx")), model);
    }

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void EveryModelHasItsCardConfigurationAndLogs(string name)
    {
        var original = Original(name);
        foreach (var file in new[] { "README.md", "training.json", "training.csv", "validation.csv" })
            Assert.IsTrue(File.Exists(Path.Combine(Folder, original, file)), $"models/{original}/{file}");
        Assert.Contains($"`{name}`", File.ReadAllText(Path.Combine(Folder, original, "README.md")));
        var configuration = AdaFormerConfiguration.FromMetadata(SafetensorsFile.Read(Path.Combine(Folder, original, $"{original}.safetensors")).Metadata);
        Assert.AreEqual((Entry(name).GetProperty("preset").GetString(), Entry(name).GetProperty("scale").GetInt32()), (configuration.PresetName, configuration.Scale));
    }

    /// <summary>What a variant loses against its original on the benchmarks that both were measured on.</summary>
    [TestMethod]
    [DynamicData(nameof(Names))]
    public void AVariantLosesNoMoreThanItsPrecisionMay(string name)
    {
        var (entry, original) = (Entry(name), Entry(Original(name)));
        foreach (var benchmark in entry.GetProperty("scores").EnumerateObject())
        {
            var loss = original.GetProperty("scores").GetProperty(benchmark.Name).GetProperty("psnr_y").GetDouble() - benchmark.Value.GetProperty("psnr_y").GetDouble();
            Assert.IsLessThanOrEqualTo(Precision(entry) switch { "int8" => 0.1, "fp16" => 0.01, _ => 0 }, loss, benchmark.Name);
        }
    }

    private static string Precision(JsonElement entry) => entry.TryGetProperty("precision", out var precision) ? precision.GetString()! : "fp32";

    /// <summary>The model that has the weights: itself, or what it is a variant of.</summary>
    private static string Original(string name) => Entry(name).TryGetProperty("variant_of", out var original) ? original.GetString()! : name;

    private static JsonElement Entry(string name)
    {
        var manifest = JsonDocument.Parse(File.ReadAllText(Path.Combine(Folder, "manifest.json")));
        return manifest.RootElement.GetProperty("models").EnumerateArray().Single(model => model.GetProperty("name").GetString() == name);
    }
}
