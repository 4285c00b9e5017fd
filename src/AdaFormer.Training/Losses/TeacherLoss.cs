using static TorchSharp.torch;

namespace AdaFormer.Training.Losses;

/// <summary>
/// Learning from a teacher (Hinton et al. 2015, arXiv:1503.02531): a part of the loss compares with its pictures instead of the true ones.
/// </summary>
internal static class TeacherLoss
{
    /// <param name="l1">Mean absolute difference from the true pictures, a scalar.</param>
    /// <param name="teacher">The teacher's pictures, (N, 3, sH, sW) in 0..1; null: there is no teacher.</param>
    /// <param name="weight">The teacher's part w, 0..1.</param>
    /// <param name="difference">Mean absolute difference from such pictures.</param>
    /// <returns>(1 − w)·L1 + w·(L1 from the teacher); without a teacher L1 as it is.</returns>
    public static Tensor Mixed(Tensor l1, Tensor? teacher, double weight, Func<Tensor, Tensor> difference) =>
        teacher is null ? l1 : (1 - weight) * l1 + weight * difference(teacher);
}
