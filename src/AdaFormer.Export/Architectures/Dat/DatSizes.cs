using AdaFormer.Export.Weights;

namespace AdaFormer.Export.Architectures.Dat;

/// <summary>The sizes of a DAT.</summary>
internal sealed record DatSizes
{
    public required int Channels { get; init; }

    /// <summary>Channels within the feed-forward layers.</summary>
    public required int Hidden { get; init; }

    /// <summary>The shorter and the longer side of a window.</summary>
    public required (int Short, int Long) Window { get; init; }

    /// <summary>Blocks in each group.</summary>
    public required IReadOnlyList<int> Depths { get; init; }

    /// <summary>Attention heads in each group.</summary>
    public required IReadOnlyList<int> Heads { get; init; }

    /// <summary>Width of the small network that gives the bias of a position.</summary>
    public required int PositionWidth { get; init; }

    /// <summary>Whether queries, keys and values have a bias.</summary>
    public required bool Biased { get; init; }

    /// <summary>Whether three convolutions end a group, through a quarter of the channels, instead of one.</summary>
    public required bool Threefold { get; init; }

    public required Reconstruction Reconstruction { get; init; }

    /// <summary>The name of the published network with these sizes.</summary>
    public string Preset => (Channels, Depths, (double)Hidden / Channels, Window, Reconstruction.Name) switch
    {
        (60, [18], 2.0, (8, 32), "pixelshuffledirect") => "light",
        (180, [6, 6, 6, 6, 6, 6], 2.0, (8, 16), "pixelshuffle") => "s",
        (180, [6, 6, 6, 6, 6, 6], 4.0, (8, 32), "pixelshuffle") => "dat",
        (180, [6, 6, 6, 6, 6, 6], 2.0, (8, 32), "pixelshuffle") => "2",
        _ => "custom",
    };

    /// <summary>Even blocks attend in windows, odd ones along channels.</summary>
    public static bool IsSpatial(int block) => block % 2 == 0;

    /// <summary>Every second of the blocks with windows shifts them, in even groups from the second on, in odd ones from the first.</summary>
    public static bool IsShifted(int group, int block) => group % 2 == 0 ? block > 0 && (block - 2) % 4 == 0 : block % 4 == 0;

    /// <summary>The sizes of a checkpoint that is known to be a DAT.</summary>
    /// <exception cref="WeightsFormatException">It is one that is not known here.</exception>
    public static DatSizes Of(Checkpoint checkpoint)
    {
        const string First = "layers.0.blocks.0";
        var groups = Enumerable.Range(0, checkpoint.Count("layers.{0}.blocks.0.norm1.weight")).ToArray();
        if (checkpoint.UnshuffleFactor("conv_first.weight") is not 1)
            throw new WeightsFormatException("This is DAT, but one that takes the picture apart first, which is not known here.");
        var offsets = checkpoint.Values($"{First}.attn.attns.0.{DatPositions.Offsets}");
        if (offsets.Count < 2 || offsets[^2] is not (>= 0 and < 256) || offsets[^1] is not (>= 0 and < 256))
            throw new WeightsFormatException($"Tensor '{First}.attn.attns.0.{DatPositions.Offsets}' does not end with the largest offsets in a window; the file is damaged.");
        return new DatSizes
        {
            Channels = checkpoint.Extent("conv_first.weight", 0),
            Hidden = checkpoint.Extent($"{First}.ffn.fc1.weight", 0),
            Window = ((int)offsets[^2] + 1, (int)offsets[^1] + 1),
            Depths = [.. groups.Select(group => checkpoint.Count($"layers.{group}.blocks.{{0}}.norm1.weight"))],
            Heads = [.. groups.Select(group => 2 * checkpoint.Extent($"layers.{group}.blocks.0.attn.attns.0.pos.pos3.2.weight", 0))],
            PositionWidth = checkpoint.Extent($"{First}.attn.attns.0.pos.pos_proj.weight", 0),
            Biased = checkpoint.Has($"{First}.attn.qkv.bias"),
            Threefold = ResidualConvolution.IsThreefold(checkpoint, "conv_after_body"),
            Reconstruction = Reconstruction.Of(checkpoint, "DAT") is { IsResidual: false } known
                ? known
                : throw new WeightsFormatException("This is DAT, but one without an upsampler ('upsample.0.weight' or 'conv_before_upsample.0.weight'), which is not known here."),
        };
    }
}
