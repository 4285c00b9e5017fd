using AdaFormer.Export.Architectures.Asid;
using AdaFormer.Export.Architectures.Bsrn;
using AdaFormer.Export.Architectures.Catanet;
using AdaFormer.Export.Architectures.Compact;
using AdaFormer.Export.Architectures.Dat;
using AdaFormer.Export.Architectures.Elan;
using AdaFormer.Export.Architectures.Esrgan;
using AdaFormer.Export.Architectures.Esrt;
using AdaFormer.Export.Architectures.Etds;
using AdaFormer.Export.Architectures.HitSrf;
using AdaFormer.Export.Architectures.NgSwin;
using AdaFormer.Export.Architectures.OmniSr;
using AdaFormer.Export.Architectures.Plksr;
using AdaFormer.Export.Architectures.Rlfn;
using AdaFormer.Export.Architectures.Smfan;
using AdaFormer.Export.Architectures.Span;
using AdaFormer.Export.Architectures.SwinIr;
using AdaFormer.Export.Weights;

namespace AdaFormer.Export.Architectures;

/// <summary>All architectures.</summary>
public static class ArchitectureRegistry
{
    // Tried in this order: if one network's tensors include another's, the one with more of them comes first.
    internal static readonly IArchitecture[] All =
    [
        new AdaFormerArchitecture(),
        new AsidArchitecture(),
        new BsrnArchitecture(),
        new CatanetArchitecture(),
        new CompactArchitecture(),
        new DatArchitecture(),
        new ElanArchitecture(),
        new EsrganArchitecture(),
        new EsrtArchitecture(),
        new EtdsArchitecture(),
        new HitSrfArchitecture(),
        new NgSwinArchitecture(),
        new OmniSrArchitecture(),
        new PlksrArchitecture(),
        new RealPlksrArchitecture(),
        new RlfnArchitecture(),
        new SmfanArchitecture(),
        new SpanArchitecture(),
        new SpanV2Architecture(),
        new SwinIrArchitecture(),
    ];

    /// <summary>The names of the architectures.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. All.Select(architecture => architecture.Name)];

    /// <summary>Identifies a checkpoint's network from its tensors' names and shapes.</summary>
    /// <exception cref="WeightsFormatException">No architecture recognises it, or its shapes do not form a valid network.</exception>
    public static NetworkDescription Describe(SafetensorsFile checkpoint) => Recognize(checkpoint).Description;

    /// <summary>Gets a checkpoint's network.</summary>
    /// <exception cref="WeightsFormatException">No architecture recognises it, or its shapes do not form a valid network.</exception>
    internal static Network Recognize(SafetensorsFile file)
    {
        ArgumentNullException.ThrowIfNull(file);
        var checkpoint = new Checkpoint(file);
        if (ForeignArchitectures.NameOf(checkpoint) is { } foreign)
            throw new WeightsFormatException($"By its tensors this is {foreign}, which is not supported. Supported are {string.Join(", ", Names)}; a model of another architecture can be used as an ONNX file.");
        return All.Select(architecture => architecture.Recognize(checkpoint)).FirstOrDefault(network => network is not null)
            ?? throw new WeightsFormatException(
                $"The {file.Tensors.Count} tensors, '{file.Tensors.Keys.Order(StringComparer.Ordinal).FirstOrDefault()}' and others, match no known architecture: {string.Join(", ", Names)}.");
    }
}
