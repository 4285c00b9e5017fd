namespace AdaFormer.Export.Architectures.Bsrn;

/// <summary>BSRN (Li et al., "Blueprint Separable Residual Network for Efficient Image Super-Resolution", CVPR workshops 2022).</summary>
internal sealed class BsrnArchitecture : IArchitecture
{
    private const string Upsampler = "upsampler.upsampleOneStep.0.weight";

    public string Name => "bsrn";

    public Network? Recognize(Checkpoint checkpoint) => checkpoint.Has("fea_conv.pw.weight", "B1.c1_r.pw.weight", "B1.esa.conv_max.pw.weight", "B1.cca.conv_du.0.weight", Upsampler)
        ? new BsrnNetwork(
            checkpoint.PixelShuffleScale(Upsampler),
            checkpoint.Extent("fea_conv.pw.weight", 0),
            checkpoint.Extent("B1.c1_d.weight", 0),
            checkpoint.Extent("B1.esa.conv1.weight", 0),
            checkpoint.Extent("B1.cca.conv_du.0.weight", 0),
            checkpoint.Count("B{0}.c1_d.weight", first: 1))
        : null;
}
