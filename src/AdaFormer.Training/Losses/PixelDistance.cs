using static TorchSharp.torch;

namespace AdaFormer.Training.Losses;

/// <summary>How far pictures are from what they should be.</summary>
internal static class PixelDistance
{
    /// <param name="upscaled">Pictures in 0..1, (N, 3, sH, sW).</param>
    /// <param name="target">What they should be.</param>
    /// <param name="loss">Which distance.</param>
    /// <returns>The mean over all samples, a scalar.</returns>
    public static Tensor Of(Tensor upscaled, Tensor target, PixelLoss loss) =>
        loss == PixelLoss.L1 ? (upscaled - target).abs().mean() : (upscaled - target).square().mean();
}
