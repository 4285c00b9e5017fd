namespace AdaFormer.Export.Architectures.Elan;

/// <summary>
/// ELAN (Zhang et al., "Efficient Long-Range Attention Network for Image Super-resolution", ECCV 2022). Its windows leave no trace in its
/// tensors; both published networks have 4, 8 and 16.
/// </summary>
internal sealed class ElanArchitecture : IArchitecture
{
    public string Name => "elan";

    public Network? Recognize(Checkpoint checkpoint)
    {
        const string First = "body.0.modules_lfe.lfe_0.conv0.shift_conv";
        return checkpoint.Has($"{First}.weight", $"{First}.conv1x1.weight", "body.0.modules_gmsa.gmsa_0.project_inp.0.weight", "tail.0.weight")
            ? new ElanNetwork(
                checkpoint.PixelShuffleScale("tail.0.weight"),
                checkpoint.Extent("head.0.weight", 0),
                checkpoint.Extent($"{First}.conv1x1.weight", 0),
                checkpoint.Count("body.{0}.modules_lfe.lfe_0.conv0.shift_conv.weight"),
                checkpoint.Count("body.0.modules_lfe.lfe_{0}.conv0.shift_conv.weight"))
            : null;
    }
}
