namespace AdaFormer.Export.Architectures.Etds;

/// <summary>
/// ETDS (Chao et al., "Equivalent Transformation and Dual Stream Network Construction for Mobile Image Super-Resolution", CVPR 2023) in its
/// plain form for inference, into which its two streams are merged after training.
/// </summary>
internal sealed class EtdsArchitecture : IArchitecture
{
    public string Name => "etds";

    public Network? Recognize(Checkpoint checkpoint) => checkpoint.Has("conv_first.weight", "backbone_convs.0.weight", "conv_last.weight", "conv_clip.weight")
        ? new EtdsNetwork(
            checkpoint.PixelShuffleScale("conv_last.weight"),
            checkpoint.Extent("conv_first.weight", 0),
            checkpoint.Count("backbone_convs.{0}.weight"))
        : null;
}
