using AdaFormer.Export.Architectures.Tokens;

namespace AdaFormer.Export.Architectures.SwinIr;

/// <summary>
/// SwinIR (Liang et al., "SwinIR: Image Restoration Using Swin Transformer", ICCV Workshops 2021) in its lightweight form, which upsamples
/// in one step.
/// </summary>
internal sealed class SwinIrArchitecture : IArchitecture
{
    public string Name => "swinir";

    public Network? Recognize(Checkpoint checkpoint)
    {
        const string First = "layers.0.residual_group.blocks.0";
        if (!checkpoint.Has($"{First}.attn.relative_position_bias_table", $"{First}.attn.qkv.weight", $"{First}.mlp.fc1.weight", "patch_embed.norm.weight", "upsample.0.weight")
            || checkpoint.Has("conv_last.weight"))
        {
            return null;
        }

        var groups = Enumerable.Range(0, checkpoint.Count("layers.{0}.residual_group.blocks.0.norm1.weight"));
        return new SwinIrNetwork(
            checkpoint.PixelShuffleScale("upsample.0.weight"),
            checkpoint.Extent("conv_first.weight", 0),
            checkpoint.Extent($"{First}.attn.relative_position_bias_table", 1),
            checkpoint.Extent($"{First}.mlp.fc1.weight", 0),
            RelativePositionBias.SideOf(checkpoint, $"{First}.attn"),
            [.. groups.Select(group => checkpoint.Count($"layers.{group}.residual_group.blocks.{{0}}.norm1.weight"))]);
    }
}
