using AdaFormer.Training.Network;
using static TorchSharp.torch;

namespace AdaFormer.Training.Losses;

/// <summary>What the confidence estimator learns from.</summary>
internal static class ConfidenceLoss
{
    private const double Epsilon = 1e-8;

    /// <param name="difference">|I_hr − I_sr| in 0..1, (N, 3, sH, sW).</param>
    /// <param name="confidences">Of all blocks, (N, L, ⌈H/t⌉, ⌈W/t⌉).</param>
    /// <param name="tokenSide">Side of the square of high-resolution pixels that a token makes, s·t.</param>
    /// <param name="ablation">Which loss, and whether it reaches the picture.</param>
    public static Tensor Of(Tensor difference, Tensor confidences, int tokenSide, Ablation ablation)
    {
        if (ablation.DetachedError)
            difference = difference.detach();
        return ablation.EstimatorLoss == EstimatorLoss.LogError
            ? LogError(difference, confidences, tokenSide)
            : Likelihood(difference, confidences, tokenSide, ablation.ErrorPower);
    }

    // In grey levels, because C·e − log C is least at C = min(1, 1/e): errors below 1 would ask for full confidence everywhere.
    private static Tensor Likelihood(Tensor difference, Tensor confidences, int tokenSide, double power)
    {
        var error = GreyLevels.OfPixels(difference);                                                   // (N, 1, sH, sW)
        if (power != 1)
            error = error.pow(power);
        var upsampled = Cropping.ToSize(BilinearUpsampling.By(confidences, tokenSide), difference, 1); // (N, L, sH, sW)
        return (upsampled * error - (upsampled + Epsilon).log()).mean([0, 2, 3]).sum();                // Eq. 17
    }

    // Least at 1/e of a geometric mean of e; no busy spot outweighs the flat ones, as in C·e it does in proportion to its error.
    private static Tensor LogError(Tensor difference, Tensor confidences, int tokenSide)
    {
        var error = GreyLevels.OfTokens(difference, tokenSide).clamp_min(1);                           // (N, 1, ⌈H/t⌉, ⌈W/t⌉)
        return ((confidences + Epsilon).log() + error.log()).square().mean([0, 2, 3]).sum();
    }
}
