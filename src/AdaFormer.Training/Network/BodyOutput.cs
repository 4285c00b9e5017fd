using static TorchSharp.torch;

namespace AdaFormer.Training.Network;

/// <summary>What the body answers.</summary>
/// <param name="Features">Refined features, (N, C, H, W).</param>
/// <param name="Depth">Halting depth of the tokens, (N, 1, H/t, W/t).</param>
internal sealed record BodyOutput(Tensor Features, Tensor Depth)
{
    /// <summary>From training: the policy's estimates after each block, (N, L, H/t, W/t).</summary>
    public Tensor? Estimates { get; init; }

    /// <summary>From training with the capacity exit: the features after each block.</summary>
    public IReadOnlyList<Tensor>? Exits { get; init; }

    /// <summary>From inference: what each block that ran kept.</summary>
    public IReadOnlyList<KeptShare>? Kept { get; init; }
}
