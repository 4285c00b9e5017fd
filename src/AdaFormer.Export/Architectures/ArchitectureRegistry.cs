using System.Globalization;
using AdaFormer.Export.Architectures.Bsrn;
using AdaFormer.Export.Architectures.Etds;
using AdaFormer.Export.Architectures.Rlfn;
using AdaFormer.Export.Architectures.Smfan;
using AdaFormer.Export.Weights;

namespace AdaFormer.Export.Architectures;

/// <summary>All architectures.</summary>
public static class ArchitectureRegistry
{
    // Asked in this order: where one network's tensors are also another's, the one with more of them comes first.
    private static readonly IArchitecture[] All =
    [
        new AdaFormerArchitecture(),
        new EtdsArchitecture(),
        new RlfnArchitecture(),
        new SmfanArchitecture(),
        new BsrnArchitecture(),
    ];

    /// <summary>The names of the architectures.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. All.Select(architecture => architecture.Name)];

    /// <summary>Says what network a checkpoint holds, from its tensors' names and shapes.</summary>
    /// <exception cref="WeightsFormatException">No architecture recognises it, or its shapes make no network.</exception>
    public static NetworkDescription Describe(SafetensorsFile checkpoint) => Recognize(checkpoint).Description;

    /// <summary>Number of weights, and multiply-adds for each input pixel when nothing is halted, of a model that was exported here.</summary>
    /// <param name="metadata">The metadata of its ONNX file.</param>
    /// <exception cref="WeightsFormatException">The metadata does not say.</exception>
    public static (long Parameters, long MultiplyAddsPerPixel) CostsOf(IReadOnlyDictionary<string, string> metadata)
    {
        ArgumentNullException.ThrowIfNull(metadata);
        if (metadata.GetValueOrDefault("architecture") == AdaFormerConfiguration.Architecture)
        {
            var network = new AdaFormerNetwork(AdaFormerConfiguration.FromMetadata(metadata)).Description;
            return (network.Parameters, network.MultiplyAddsPerPixel);
        }

        return (Number("parameters"), Number("multiply_adds_per_pixel"));

        long Number(string key) => long.TryParse(metadata.GetValueOrDefault(key), NumberStyles.None, CultureInfo.InvariantCulture, out var value)
            ? value
            : throw new WeightsFormatException($"The model's metadata has {key} '{metadata.GetValueOrDefault(key)}'; expected a whole number. Export the weights again.");
    }

    /// <summary>The network that a checkpoint holds.</summary>
    /// <exception cref="WeightsFormatException">No architecture recognises it, or its shapes make no network.</exception>
    internal static Network Recognize(SafetensorsFile file)
    {
        ArgumentNullException.ThrowIfNull(file);
        var checkpoint = new Checkpoint(file);
        return All.Select(architecture => architecture.Recognize(checkpoint)).FirstOrDefault(network => network is not null)
            ?? throw new WeightsFormatException(
                $"The {file.Tensors.Count} tensors, '{file.Tensors.Keys.Order(StringComparer.Ordinal).FirstOrDefault()}' and others, are of no architecture that is known here: {string.Join(", ", Names)}.");
    }
}
