using AdaFormer.Export.Architectures.Tokens;
using AdaFormer.Export.Weights;

namespace AdaFormer.Export.Architectures.SwinIr;

/// <summary>The sizes of a SwinIR.</summary>
internal sealed record SwinIrSizes
{
    public required int Channels { get; init; }

    /// <summary>Channels within the multilayer perceptrons.</summary>
    public required int Hidden { get; init; }

    /// <summary>Side of a window.</summary>
    public required int Window { get; init; }

    /// <summary>Blocks in each group.</summary>
    public required IReadOnlyList<int> Depths { get; init; }

    /// <summary>Attention heads in each group.</summary>
    public required IReadOnlyList<int> Heads { get; init; }

    /// <summary>Whether three convolutions end a group, through a quarter of the channels, instead of one.</summary>
    public required bool Threefold { get; init; }

    public required Reconstruction Reconstruction { get; init; }

    /// <summary>The largest value of a pixel inside of the network: only the networks against JPEG artefacts, which alone have windows of 7, work on 0 to 255.</summary>
    public float Range => Reconstruction.Name == "none" && Window == 7 ? 255 : 1;

    /// <summary>The name of the published network with these sizes.</summary>
    public string Preset => (Channels, Depths.Count, Heads[0], Hidden == 2 * Channels, Window, Reconstruction.Name, Threefold) switch
    {
        _ when Depths.Any(depth => depth != 6) || Heads.Any(heads => heads != Heads[0]) => "custom",
        (60, 4, 6, true, 8, "pixelshuffledirect", false) => "light",
        (180, 6, 6, true, 8, "pixelshuffle", false) => "classical",
        (180, 6, 6, true, 8, "nearest+conv", false) => "real-m",
        (240, 9, 8, true, 8, "nearest+conv", true) => "real-l",
        (180, 6, 6, true, 8, "none", false) => "noise",
        (180, 6, 6, true, 7, "none", false) => "jpeg",
        _ => "custom",
    };

    /// <summary>The sizes of a checkpoint that is known to be a SwinIR.</summary>
    /// <exception cref="WeightsFormatException">It is one that is not known here.</exception>
    public static SwinIrSizes Of(Checkpoint checkpoint)
    {
        const string First = "layers.0.residual_group.blocks.0";
        var groups = Enumerable.Range(0, checkpoint.Count("layers.{0}.residual_group.blocks.0.norm1.weight")).ToArray();
        Expect(!checkpoint.Has("absolute_pos_embed"), "with absolute positions ('absolute_pos_embed')");
        Expect(checkpoint.Has("patch_embed.norm.weight"), "without a norm after its first convolution ('patch_embed.norm.weight')");
        Expect(checkpoint.Has($"{First}.attn.qkv.bias"), "whose attention has no bias ('attn.qkv.bias')");
        Expect(!checkpoint.Has("conv_first.1.weight"), "that takes the picture apart first ('conv_first.1.weight')");
        if (checkpoint.UnshuffleFactor("conv_first.weight") is not 1 and var factor)
            throw Unknown($"whose first layer sees {3 * factor * factor} channels");
        return new SwinIrSizes
        {
            Channels = checkpoint.Extent("conv_first.weight", 0),
            Hidden = checkpoint.Extent($"{First}.mlp.fc1.weight", 0),
            Window = RelativePositionBias.SideOf(checkpoint, $"{First}.attn"),
            Depths = [.. groups.Select(group => checkpoint.Count($"layers.{group}.residual_group.blocks.{{0}}.norm1.weight"))],
            Heads = [.. groups.Select(group => checkpoint.Extent($"layers.{group}.residual_group.blocks.0.attn.relative_position_bias_table", 1))],
            Threefold = ResidualConvolution.IsThreefold(checkpoint, "conv_after_body"),
            Reconstruction = Reconstruction.Of(checkpoint, "SwinIR")
                ?? throw Unknown("with none of the known ways to make a picture ('upsample.0.weight', 'conv_before_upsample.0.weight' or 'conv_last.weight')"),
        };

        static void Expect(bool met, string otherwise)
        {
            if (!met)
                throw Unknown(otherwise);
        }

        static WeightsFormatException Unknown(string which) => new($"This is SwinIR, but one {which}, which is not known here; known are the authors' networks in all sizes, for RGB.");
    }
}
