using AdaFormer.Training.Network;
using static TorchSharp.torch;

namespace AdaFormer.Training.Losses;

/// <summary>The training objective L = L1 + α·L_USL (Eq. 25).</summary>
/// <param name="Total">What to call backward on, a scalar.</param>
/// <param name="L1">Mean absolute difference of the pictures in 0..1. It alone drives the trunk.</param>
/// <param name="Usl">The uncertainty-guided loss of the confidences (Eq. 17). It alone drives the confidence estimator.</param>
internal sealed record TrainingLoss(Tensor Total, Tensor L1, Tensor Usl)
{
    private const double GreyLevels = 255;
    private const double Epsilon = 1e-8;

    /// <param name="output">The network's answer, with confidences.</param>
    /// <param name="high">The true pictures, (N, 3, sH, sW) in 0..1.</param>
    /// <param name="alpha">Weight α of L_USL.</param>
    public static TrainingLoss Of(NetworkOutput output, Tensor high, double alpha)
    {
        var difference = (output.Upscaled - high).abs();
        var l1 = difference.mean();
        var usl = UncertaintyLoss(difference.detach(), output.Confidences!);
        return new TrainingLoss(l1 + alpha * usl, l1, usl);
    }

    // In grey levels, because C·e − log C is least at C = min(1, 1/e): errors below 1 would ask for full confidence everywhere.
    private static Tensor UncertaintyLoss(Tensor difference, Tensor confidences)
    {
        var error = difference.mean([1], keepdim: true) * GreyLevels;                                  // (N, 1, sH, sW)
        var scale = (int)(difference.shape[2] / confidences.shape[2]);
        var upsampled = BilinearUpsampling.By(confidences, scale);                                     // (N, L, sH, sW)
        return (upsampled * error - (upsampled + Epsilon).log()).mean([0, 2, 3]).sum();                // Eq. 17
    }
}
