namespace AdaFormer.Export.Architectures.Smfan;

/// <summary>SMFANet (Zheng et al., "SMFANet: A Lightweight Self-Modulation Feature Aggregation Network for Efficient Image Super-Resolution", ECCV 2024).</summary>
internal sealed class SmfanArchitecture : IArchitecture
{
    public string Name => "smfanet";

    public Network? Recognize(Checkpoint checkpoint) => checkpoint.Has("to_feat.weight", "feats.0.smfa.linear_0.weight", "feats.0.pcfn.conv_1.weight", "to_img.0.weight")
        ? new SmfanNetwork(
            checkpoint.PixelShuffleScale("to_img.0.weight"),
            checkpoint.Extent("to_feat.weight", 0),
            checkpoint.Extent("feats.0.pcfn.conv_0.weight", 0),
            checkpoint.Extent("feats.0.pcfn.conv_1.weight", 0),
            checkpoint.Count("feats.{0}.smfa.linear_0.weight"))
        : null;
}
