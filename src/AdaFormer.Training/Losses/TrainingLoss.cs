using AdaFormer.Training.Network;
using static TorchSharp.torch;

namespace AdaFormer.Training.Losses;

/// <summary>
/// The training objective L = L1 + α·L_USL (Eq. 25), or with another exit that one's loss in the place of L_USL, and with the pixel loss L2
/// that one in the place of L1. With a teacher, it is in part from its pictures; what the exit learns from stays the error against the true ones.
/// </summary>
/// <param name="Total">What to call backward on, a scalar.</param>
/// <param name="L1">Mean absolute difference from the true pictures in 0..1. Unless the pixel loss is another, it alone, or with a teacher's, drives the trunk.</param>
/// <param name="Usl">The uncertainty-guided loss of the confidences (Eq. 17). It alone drives the confidence estimator.</param>
internal sealed record TrainingLoss(Tensor Total, Tensor L1, Tensor Usl)
{
    /// <param name="output">The network's answer, with confidences.</param>
    /// <param name="high">The true pictures, (N, 3, sH, sW) in 0..1.</param>
    /// <param name="teacher">A teacher's pictures, of the same shape; null: there is none.</param>
    /// <param name="configuration">The network's sizes, weight α, threshold, the teacher's weight and ablation.</param>
    public static TrainingLoss Of(NetworkOutput output, Tensor high, Tensor? teacher, TrainingConfiguration configuration)
    {
        var (ablation, sizes) = (configuration.Ablation, configuration.Network);
        var tokenSide = sizes.Scale * sizes.TokenStride;
        var difference = (output.Upscaled - high).abs();
        var l1 = output.Exits is null ? difference.mean() : Distance(high, PixelLoss.L1);
        var own = configuration.PixelLoss == PixelLoss.L1 ? l1 : Distance(high, configuration.PixelLoss);
        var trunk = TeacherLoss.Mixed(own, teacher, configuration.TeacherWeight, target => Distance(target, configuration.PixelLoss));
        var usl = ablation.Exit switch
        {
            HaltingExit.Confidence => ConfidenceLoss.Of(difference, output.Confidences!, tokenSide, ablation),
            HaltingExit.Ponder => PonderLoss.Of(output.Confidences!, configuration.HaltingThreshold),
            HaltingExit.Capacity => CapacityLoss.Of(output.Exits!, high, output.Confidences!, tokenSide),
            _ => zeros_like(l1),
        };
        return new TrainingLoss(trunk + configuration.LossAlpha * usl, l1, usl);

        Tensor Distance(Tensor target, PixelLoss loss) => output.Exits is null
            ? PixelDistance.Of(output.Upscaled, target, loss)
            : stack(output.Exits.Select(exit => PixelDistance.Of(exit, target, loss))).mean();
    }
}
