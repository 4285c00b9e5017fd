using System.Text.Json;
using System.Text.Json.Serialization;

namespace AdaFormer;

/// <summary>A file of a model in a manifest, pinned.</summary>
/// <param name="Path">Its path relative to the manifest, with forward slashes.</param>
/// <param name="Bytes">Its length in bytes.</param>
/// <param name="Sha256">Its SHA-256 in hexadecimal.</param>
public sealed record ModelFile(string Path, long Bytes, string Sha256);

/// <summary>A model in a manifest.</summary>
public sealed record ModelEntry
{
    /// <summary>The name to load it by.</summary>
    public required string Name { get; init; }

    /// <summary>The network's architecture.</summary>
    public required string Architecture { get; init; }

    /// <summary>How many times wider and higher the output is.</summary>
    public required int Scale { get; init; }

    /// <summary>The precision it computes in: <c>fp32</c>, <c>fp16</c> or <c>int8</c>.</summary>
    public string Precision { get; init; } = "fp32";

    /// <summary>The weights' licence.</summary>
    public required string License { get; init; }

    /// <summary>The training data of the weights.</summary>
    [JsonPropertyName("training_data")]
    public string TrainingData { get; init; } = "unknown";

    /// <summary>Where the weights were published.</summary>
    public string Source { get; init; } = "unknown";

    /// <summary>Its files; one of them is ONNX.</summary>
    public required IReadOnlyList<ModelFile> Files { get; init; }

    /// <summary>Further properties in the manifest, such as scores.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Further { get; init; }

    /// <summary>The ONNX file.</summary>
    [JsonIgnore]
    public ModelFile Onnx => Files.First(file => file.Path.EndsWith(".onnx", StringComparison.OrdinalIgnoreCase));
}
