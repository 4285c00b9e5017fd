using AdaFormer.Export.Weights;

namespace AdaFormer.Export.Architectures.Plksr;

/// <summary>The sizes of a PLKSR or RealPLKSR.</summary>
internal sealed record PlksrSizes
{
    /// <summary>Groups of RealPLKSR's norms, which its files do not show; every trained network has this many.</summary>
    public const int NormGroups = 4;

    public required int Scale { get; init; }

    public required int Channels { get; init; }

    public required int Blocks { get; init; }

    /// <summary>Side of the large kernel.</summary>
    public required int Kernel { get; init; }

    /// <summary>Channels that the large kernel sees.</summary>
    public required int Part { get; init; }

    /// <summary>Whether it is RealPLKSR, with other activations, and norms.</summary>
    public required bool Real { get; init; }

    /// <summary>Side of the kernels of the channel mixer's two convolutions.</summary>
    public required int FirstMixer { get; init; }

    public required int SecondMixer { get; init; }

    /// <summary>Whether blocks have the attention.</summary>
    public required bool Attends { get; init; }

    /// <summary>Whether blocks begin with a layer norm; otherwise RealPLKSR's end with a norm of groups.</summary>
    public required bool LayerNorm { get; init; }

    /// <summary>Groups of the learned upsampling; 0: pixel shuffle.</summary>
    public required int DynamicGroups { get; init; }

    /// <summary>The channel mixer's name, misspelt in the first code.</summary>
    public string Mixer => MixerOf(Real);

    /// <summary>The last convolution. In RealPLKSR a dropout, which has no tensors, stands before it.</summary>
    public string Last => $"feats.{Blocks + (Real ? 2 : 1)}";

    /// <summary>The sizes of a checkpoint; <see langword="null"/> if it is of another architecture.</summary>
    /// <exception cref="WeightsFormatException">It is a variant that is not known here.</exception>
    public static PlksrSizes? Of(Checkpoint checkpoint, bool real)
    {
        var mixer = $"feats.1.{MixerOf(real)}";
        if (!checkpoint.Has("feats.0.weight", "feats.1.refine.weight", $"{mixer}.0.weight"))
            return null;
        if (!checkpoint.Has("feats.1.lk.conv.weight"))
        {
            throw new WeightsFormatException(
                "This is PLKSR, but with several sparse or rectangular kernels ('feats.1.lk.convs', 'feats.1.lk.mn_conv') instead of one large one; its files do not say how these are spread.");
        }

        var blocks = checkpoint.Count("feats.{0}.refine.weight", 1);
        var scale = checkpoint.PixelShuffleScale($"feats.{blocks + (real ? 2 : 1)}.weight");
        var groups = checkpoint.Has(DySample.Offsets + ".weight") ? checkpoint.Extent(DySample.Offsets + ".weight", 0) / (2 * scale * scale) : 0;
        if (groups > 0 && 3 * scale * scale % groups != 0)
            throw new WeightsFormatException($"This is RealPLKSR with DySample, but '{DySample.Offsets}.weight' is for {groups} groups; expected a divisor of {3 * scale * scale}, the channels that it works on.");
        return new PlksrSizes
        {
            Scale = scale,
            Channels = checkpoint.Extent("feats.0.weight", 0),
            Blocks = blocks,
            Kernel = checkpoint.Extent("feats.1.lk.conv.weight", 2),
            Part = checkpoint.Extent("feats.1.lk.conv.weight", 0),
            Real = real,
            FirstMixer = checkpoint.Extent($"{mixer}.0.weight", 2),
            SecondMixer = checkpoint.Extent($"{mixer}.2.weight", 2),
            Attends = checkpoint.Has("feats.1.attn.f.0.weight"),
            LayerNorm = checkpoint.Has("feats.1.layer_norm.weight"),
            DynamicGroups = groups,
        };
    }

    private static string MixerOf(bool real) => real ? "channel_mixer" : "channe_mixer";
}

/// <summary>PLKSR (Lee et al., "Partial Large Kernel CNNs for Efficient Super-Resolution", 2024).</summary>
internal sealed class PlksrArchitecture : IArchitecture
{
    public string Name => "plksr";

    public Network? Recognize(Checkpoint checkpoint) => PlksrSizes.Of(checkpoint, real: false) is { } sizes ? new PlksrNetwork(sizes) : null;
}

/// <summary>RealPLKSR, which the trainer neosr made of PLKSR for photographs and drawings: with norms of groups or layer norms, and with DySample or without.</summary>
internal sealed class RealPlksrArchitecture : IArchitecture
{
    public string Name => "realplksr";

    public Network? Recognize(Checkpoint checkpoint) => PlksrSizes.Of(checkpoint, real: true) is { } sizes ? new PlksrNetwork(sizes) : null;
}
