namespace AdaFormer.Training;

/// <summary>Means over some iterations.</summary>
/// <param name="L1">Mean absolute difference of the pictures, in 0..1.</param>
/// <param name="Usl">The uncertainty loss, summed over the blocks; null where the network does not halt.</param>
/// <param name="LearningRate">The learning rate of the last iteration.</param>
/// <param name="HaltedShare">For every block, the share of the tokens that had left before it, 0..1; empty where the network does not halt.</param>
/// <param name="IterationsPerSecond">Speed.</param>
/// <param name="FlopsPerSecond">
/// Floating-point operations a second, for the share of a device's peak: a multiply-add is two, and the backward pass counts as two forwards.
/// </param>
public sealed record TrainingStatistics(
    double L1,
    double? Usl,
    double LearningRate,
    IReadOnlyList<double> HaltedShare,
    double IterationsPerSecond,
    double FlopsPerSecond);
