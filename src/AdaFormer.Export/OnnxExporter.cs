using System.Security.Cryptography;
using AdaFormer.Export.Architectures;
using AdaFormer.Export.Onnx;
using AdaFormer.Export.Weights;
using Google.Protobuf;

namespace AdaFormer.Export;

/// <summary>Writes weights as an ONNX model.</summary>
public static class OnnxExporter
{
    // Opset 23 brings Attention with an additive mask; IR version 10 is the first that all its operators can be stored in.
    private const int Opset = 23;
    private const int IrVersion = 10;

    // Incremented when the graph of the same weights changes, since the zoo pins its files by hash.
    private const string GraphVersion = "4";

    /// <summary>Exports a weights file.</summary>
    /// <param name="weightsFile">The bytes of a safetensors file with a network of an architecture in <see cref="ArchitectureRegistry"/>.</param>
    /// <param name="options">Default threshold and metadata of the graph; <see langword="null"/> for the defaults.</param>
    /// <returns>The bytes of the ONNX model.</returns>
    /// <exception cref="ArgumentException">An option is invalid, a range that INT8 needs is missing, or a weight is too large for FP16.</exception>
    /// <exception cref="WeightsFormatException">The file is damaged or lacks what its architecture needs.</exception>
    public static byte[] Export(ReadOnlySpan<byte> weightsFile, ExportOptions? options = null) =>
        Export(weightsFile, options ?? new ExportOptions(), observed: false);

    /// <summary>
    /// Exports a weights file in FP32 with every activation that INT8 would quantize as an additional output, to find
    /// <see cref="ExportOptions.ActivationRanges"/>.
    /// </summary>
    /// <param name="weightsFile">The bytes of a safetensors file, as for <see cref="Export(ReadOnlySpan{byte}, ExportOptions?)"/>.</param>
    /// <returns>The bytes of the ONNX model.</returns>
    /// <exception cref="WeightsFormatException">The file is damaged or lacks what its architecture needs.</exception>
    public static byte[] ExportForCalibration(ReadOnlySpan<byte> weightsFile) => Export(weightsFile, new ExportOptions(), observed: true);

    private static byte[] Export(ReadOnlySpan<byte> weightsFile, ExportOptions options, bool observed)
    {
        var file = SafetensorsFile.Parse(weightsFile, "weights");
        return Export(file, weightsFile, ArchitectureRegistry.Recognize(file), options, observed);
    }

    /// <summary>Exports weights of a known network.</summary>
    internal static byte[] Export(SafetensorsFile file, ReadOnlySpan<byte> weightsFile, Network network, ExportOptions options, bool observed = false)
    {
        if (float.IsNaN(options.HaltingThreshold))
            throw new ArgumentException("The halting threshold is NaN; expected a number, 0.95 in the paper.", nameof(options));
        if (options.FixedSize is { } size && (size.Width < 1 || size.Height < 1))
            throw new ArgumentException($"The fixed size is {size.Width}x{size.Height}; expected at least 1x1.", nameof(options));
        if (options.ActivationRanges is not null && !network.Description.Precisions.Contains("int8"))
            throw new ArgumentException($"Architecture '{network.Description.Architecture}' does not support INT8; export it in FP32, without activation ranges.", nameof(options));
        if (options.Float16 && !network.Description.Precisions.Contains("fp16"))
            throw new ArgumentException($"Architecture '{network.Description.Architecture}' does not support FP16; export it in FP32.", nameof(options));
        if (options.Float16 && options.ActivationRanges is not null)
            throw new ArgumentException("FP16 is requested, and there are ranges for INT8; choose one of them.", nameof(options));
        var model = new ModelProto
        {
            IrVersion = IrVersion,
            ProducerName = "AdaFormer.Export",
            ProducerVersion = GraphVersion,
            Graph = network.BuildGraph(Weights(file, network), options, observed),
        };
        model.OpsetImport.Add(new OperatorSetIdProto { Version = Opset });
        var metadata = new SortedDictionary<string, string>(network.Metadata(options).ToDictionary(), StringComparer.Ordinal)
        {
            ["weights_sha256"] = Convert.ToHexStringLower(SHA256.HashData(weightsFile)),
            ["training_data"] = options.TrainingData,
            ["license"] = options.License,
        };
        if (options.Source is { } source)
            metadata["source"] = source;
        if (options.ActivationRanges is not null || options.Float16)
            metadata["precision"] = options.Float16 ? "fp16" : "int8";

        if (model.Graph.Node.Any(node => node.Domain == QuantizedOperators.Domain))
            model.OpsetImport.Add(new OperatorSetIdProto { Domain = QuantizedOperators.Domain, Version = 1 });
        model.MetadataProps.AddRange(metadata.Select(pair => new StringStringEntryProto { Key = pair.Key, Value = pair.Value }));
        return model.ToByteArray();
    }

    private static WeightSet Weights(SafetensorsFile file, Network network)
    {
        try
        {
            return new WeightSet(network.WithoutBuffers(file.Tensors), network.Shapes);
        }
        catch (WeightsFormatException exception)
        {
            var description = network.Description;
            throw new WeightsFormatException(
                $"By its tensors this is {description.Architecture} with {description.FeatureWidth} channels for a scale of {description.Scale}, but not one that is known here: {exception.Message}", exception);
        }
    }
}
