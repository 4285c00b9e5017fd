namespace AdaFormer.Export.Architectures.HitSrf;

/// <summary>HiT-SRF (Zhang et al., "HiT-SR: Hierarchical Transformer for Efficient Image Super-Resolution", ECCV 2024).</summary>
internal sealed class HitSrfArchitecture : IArchitecture
{
    public string Name => "hit-srf";

    public Network? Recognize(Checkpoint checkpoint)
    {
        const string First = "layers.0.residual_group.blocks.0";
        if (!checkpoint.Has($"{First}.correlation.qv.linear.weight", $"{First}.correlation.pos.pos_proj.weight", $"{First}.mlp.dwconv.depthwise_conv.0.weight", "upsample.0.weight"))
            return null;
        var groups = Enumerable.Range(0, checkpoint.Count("layers.{0}.conv.weight"));
        return new HitSrfNetwork(
            checkpoint.PixelShuffleScale("upsample.0.weight"),
            checkpoint.Extent("conv_first.weight", 0),
            checkpoint.Extent($"{First}.correlation.pos.pos3.2.weight", 0),
            checkpoint.Extent($"{First}.mlp.fc1.weight", 0),
            [.. groups.Select(group => checkpoint.Count($"layers.{group}.residual_group.blocks.{{0}}.norm1.weight"))]);
    }
}
