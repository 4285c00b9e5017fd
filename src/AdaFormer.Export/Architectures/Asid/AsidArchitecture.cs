namespace AdaFormer.Export.Architectures.Asid;

/// <summary>
/// ASID (Park, Soh and Cho, "Efficient Attention-Sharing Information Distillation Transformer for Lightweight Single Image Super-Resolution",
/// AAAI 2025, arXiv:2501.15774), with three blocks, and with eight as ASID-D8.
/// </summary>
internal sealed class AsidArchitecture : IArchitecture
{
    public string Name => "asid";

    public Network? Recognize(Checkpoint checkpoint) =>
        checkpoint.Has("block0.residual_layer.0.SLA1.attn.to_qkv.weight", "block0.residual_layer.0.SGA1.attn.rel_pos_bias.weight", "input.weight", "up.0.weight")
            ? new AsidNetwork(
                checkpoint.PixelShuffleScale("up.0.weight"),
                checkpoint.Extent("input.weight", 0),
                checkpoint.Count("block{0}.res_end.weight"),
                checkpoint.Extent("block0.esa.conv1.weight", 0))
            : null;
}
