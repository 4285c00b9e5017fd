using static TorchSharp.torch;

namespace AdaFormer.Training.Architectures;

/// <summary>How far pictures are from what they should be.</summary>
internal static class PictureLoss
{
    /// <param name="upscaled">Pictures in 0..1, (N, 3, sH, sW).</param>
    /// <param name="target">What they should be.</param>
    /// <param name="loss">Which distance.</param>
    /// <returns>The mean over all samples, a scalar.</returns>
    public static Tensor Of(Tensor upscaled, Tensor target, PixelLoss loss) => loss switch
    {
        PixelLoss.L1 => (upscaled - target).abs().mean(),
        _ => (upscaled - target).square().mean(),
    };

    /// <summary>
    /// Learning from a teacher (Hinton et al. 2015, arXiv:1503.02531): a part of the loss compares with its pictures instead of the true ones.
    /// </summary>
    /// <param name="own">Distance from the true pictures, a scalar.</param>
    /// <param name="teacher">The teacher's pictures, (N, 3, sH, sW) in 0..1; null: there is no teacher.</param>
    /// <param name="weight">The teacher's part w, 0..1.</param>
    /// <param name="distance">Distance from such pictures.</param>
    /// <returns>(1 − w)·own + w·(distance from the teacher's); without a teacher the first as it is.</returns>
    public static Tensor WithTeacher(Tensor own, Tensor? teacher, double weight, Func<Tensor, Tensor> distance) =>
        teacher is null ? own : (1 - weight) * own + weight * distance(teacher);
}

/// <summary>What the network's pictures are compared by.</summary>
public enum PixelLoss
{
    /// <summary>The mean absolute difference, whose optimum is the median of what a pixel may be.</summary>
    L1,

    /// <summary>The mean squared difference, whose optimum is the mean, and with it the highest PSNR.</summary>
    L2,
}
