using static TorchSharp.torch;

namespace AdaFormer.Training.Losses;

/// <summary>
/// Learning from a teacher (Hinton et al. 2015, arXiv:1503.02531): a part of the loss compares with its pictures instead of the true ones.
/// </summary>
internal static class TeacherLoss
{
    /// <param name="own">Distance from the true pictures, a scalar.</param>
    /// <param name="teacher">The teacher's pictures, (N, 3, sH, sW) in 0..1; null: there is no teacher.</param>
    /// <param name="weight">The teacher's part w, 0..1.</param>
    /// <param name="distance">Distance from such pictures.</param>
    /// <returns>(1 − w)·own + w·(distance from the teacher's); without a teacher the first as it is.</returns>
    public static Tensor Mixed(Tensor own, Tensor? teacher, double weight, Func<Tensor, Tensor> distance) =>
        teacher is null ? own : (1 - weight) * own + weight * distance(teacher);
}
