using static TorchSharp.torch;

namespace AdaFormer.Training.Network;

/// <summary>What the network answers.</summary>
/// <param name="Upscaled">The pictures, (N, 3, sH, sW), around 0..1 but not clamped.</param>
/// <param name="HaltingDepth">In how many blocks each pixel's token was live, 0..L, (N, 1, H, W).</param>
/// <param name="Confidences">
/// The tokens' confidence after each block, (N, L, ⌈H/t⌉, ⌈W/t⌉) for tokens of t×t pixels; the last block's too, which only training reads.
/// Null from inference.
/// </param>
public sealed record NetworkOutput(Tensor Upscaled, Tensor HaltingDepth, Tensor? Confidences)
{
    /// <summary>From training with the capacity exit: the picture as it would be after each block.</summary>
    internal IReadOnlyList<Tensor>? Exits { get; init; }

    /// <summary>From inference: what each block that ran kept.</summary>
    internal IReadOnlyList<KeptShare>? Kept { get; init; }
}
