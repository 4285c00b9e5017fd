using System.Globalization;
using System.Security.Cryptography;
using AdaFormer.Export.Architectures;
using AdaFormer.Export.Weights;

namespace AdaFormer.Export;

/// <summary>A model converted from a published checkpoint.</summary>
/// <param name="Network">The network's description.</param>
/// <param name="Checkpoint">The contents of the file.</param>
/// <param name="CheckpointSha256">The file's SHA-256 in hexadecimal.</param>
/// <param name="Weights">The bytes of a safetensors file.</param>
/// <param name="Onnx">The bytes of an ONNX model.</param>
public sealed record ImportedModel(NetworkDescription Network, ImportedCheckpoint Checkpoint, string CheckpointSha256, byte[] Weights, byte[] Onnx);

/// <summary>Converts published checkpoints to weights files and models of this project.</summary>
public static class CheckpointImport
{
    /// <summary>Imports a file, which is read and recognised once.</summary>
    /// <param name="path">The checkpoint.</param>
    /// <param name="options">Source, licence and training data, and export options.</param>
    /// <exception cref="WeightsFormatException">The file is damaged, or no architecture recognises the tensors.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static ImportedModel Import(string path, ExportOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var bytes = CheckpointReader.ReadBytes(path);
        var checkpoint = CheckpointReader.Parse(bytes, path);
        var network = ArchitectureRegistry.Recognize(checkpoint.Weights);
        var hash = Convert.ToHexStringLower(SHA256.HashData(bytes));
        var (file, weights) = Weights(network, checkpoint.Weights, hash, options);
        return new ImportedModel(network.Description, checkpoint, hash, weights, OnnxExporter.Export(file, weights, network, options));
    }

    /// <summary>Converts a checkpoint's network to safetensors: its weights as float32, its description and source as metadata.</summary>
    /// <param name="checkpoint">The checkpoint as read.</param>
    /// <param name="original">The bytes of its file, whose hash is kept.</param>
    /// <param name="options">Source, licence and training data.</param>
    /// <returns>The bytes of a safetensors file, for <see cref="OnnxExporter.Export(ReadOnlySpan{byte}, ExportOptions?)"/>.</returns>
    /// <exception cref="WeightsFormatException">No architecture recognises the tensors.</exception>
    public static byte[] ToSafetensors(ImportedCheckpoint checkpoint, ReadOnlySpan<byte> original, ExportOptions options)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        ArgumentNullException.ThrowIfNull(options);
        return Weights(ArchitectureRegistry.Recognize(checkpoint.Weights), checkpoint.Weights, Convert.ToHexStringLower(SHA256.HashData(original)), options).Bytes;
    }

    private static (SafetensorsFile File, byte[] Bytes) Weights(Network network, SafetensorsFile weights, string checkpointHash, ExportOptions options)
    {
        var metadata = new Dictionary<string, string>(weights.Metadata)
        {
            ["architecture"] = network.Description.Architecture,
            ["scale"] = network.Description.Scale.ToString(CultureInfo.InvariantCulture),
            ["preset"] = network.Description.Preset,
            ["source"] = options.Source ?? "unknown",
            ["license"] = options.License,
            ["training_data"] = options.TrainingData,
            ["checkpoint_sha256"] = checkpointHash,
        };
        var file = new SafetensorsFile(network.WithoutBuffers(weights.Tensors), metadata);
        using var stream = new MemoryStream();
        file.Write(stream);
        return (file, stream.ToArray());
    }
}
