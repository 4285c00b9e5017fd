using System.Globalization;
using System.Security.Cryptography;
using AdaFormer.Export.Architectures;
using AdaFormer.Export.Weights;

namespace AdaFormer.Export;

/// <summary>Makes a weights file of this project from a checkpoint that others published.</summary>
public static class CheckpointImport
{
    /// <summary>The checkpoint's network as safetensors: its weights as float32, what it is and where it comes from as metadata.</summary>
    /// <param name="checkpoint">The checkpoint as it was read.</param>
    /// <param name="original">The bytes of its file, whose hash is kept.</param>
    /// <param name="options">Source, licence and training data.</param>
    /// <returns>The bytes of a safetensors file, for <see cref="OnnxExporter.Export(ReadOnlySpan{byte}, ExportOptions?)"/>.</returns>
    /// <exception cref="WeightsFormatException">No architecture recognises the tensors.</exception>
    public static byte[] ToSafetensors(ImportedCheckpoint checkpoint, ReadOnlySpan<byte> original, ExportOptions options)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        ArgumentNullException.ThrowIfNull(options);
        var network = ArchitectureRegistry.Recognize(checkpoint.Weights);
        var metadata = new Dictionary<string, string>(checkpoint.Weights.Metadata)
        {
            ["architecture"] = network.Description.Architecture,
            ["scale"] = network.Description.Scale.ToString(CultureInfo.InvariantCulture),
            ["preset"] = network.Description.Preset,
            ["source"] = options.Source ?? "unknown",
            ["license"] = options.License,
            ["training_data"] = options.TrainingData,
            ["checkpoint_sha256"] = Convert.ToHexStringLower(SHA256.HashData(original)),
        };
        using var stream = new MemoryStream();
        new SafetensorsFile(network.WithoutBuffers(checkpoint.Weights.Tensors), metadata).Write(stream);
        return stream.ToArray();
    }
}
