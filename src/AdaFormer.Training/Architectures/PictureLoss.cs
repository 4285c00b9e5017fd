using static TorchSharp.torch;

namespace AdaFormer.Training.Architectures;

/// <summary>Distance of pictures from their targets.</summary>
internal static class PictureLoss
{
    /// <param name="upscaled">Pictures in 0..1, (N, 3, sH, sW).</param>
    /// <param name="target">The target pictures.</param>
    /// <param name="loss">The distance measure.</param>
    /// <returns>The mean over all samples, a scalar.</returns>
    public static Tensor Of(Tensor upscaled, Tensor target, PixelLoss loss) => loss switch
    {
        PixelLoss.L1 => (upscaled - target).abs().mean(),
        _ => (upscaled - target).square().mean(),
    };

    /// <summary>
    /// Knowledge distillation (Hinton et al. 2015, arXiv:1503.02531): a part of the loss compares with a teacher's pictures instead of the true ones.
    /// </summary>
    /// <param name="own">Distance from the true pictures, a scalar.</param>
    /// <param name="teacher">The teacher's pictures, (N, 3, sH, sW) in 0..1; null: there is no teacher.</param>
    /// <param name="weight">The teacher's part w, 0..1.</param>
    /// <param name="distance">Computes the distance from given pictures.</param>
    /// <returns>(1 − w)·own + w·(distance from the teacher's); without a teacher <paramref name="own"/>.</returns>
    public static Tensor WithTeacher(Tensor own, Tensor? teacher, double weight, Func<Tensor, Tensor> distance) =>
        teacher is null ? own : (1 - weight) * own + weight * distance(teacher);
}

/// <summary>The distance measure for the network's pictures.</summary>
public enum PixelLoss
{
    /// <summary>The mean absolute difference, whose optimum is the median of a pixel's possible values.</summary>
    L1,

    /// <summary>The mean squared difference, whose optimum is the mean, and with it the highest PSNR.</summary>
    L2,
}
