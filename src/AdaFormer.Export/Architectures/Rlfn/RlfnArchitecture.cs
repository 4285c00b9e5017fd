namespace AdaFormer.Export.Architectures.Rlfn;

/// <summary>RLFN (Kong et al., "Residual Local Feature Network for Efficient Super-Resolution", CVPR workshops 2022).</summary>
internal sealed class RlfnArchitecture : IArchitecture
{
    public string Name => "rlfn";

    public Network? Recognize(Checkpoint checkpoint) => checkpoint.Has("conv_1.weight", "block_1.c1_r.weight", "block_1.esa.conv_f.weight", "upsampler.0.weight")
        ? new RlfnNetwork(
            checkpoint.PixelShuffleScale("upsampler.0.weight"),
            checkpoint.Extent("conv_1.weight", 0),
            checkpoint.Extent("block_1.c1_r.weight", 0),
            checkpoint.Extent("block_1.esa.conv1.weight", 0),
            checkpoint.Count("block_{0}.c1_r.weight", first: 1))
        : null;
}
