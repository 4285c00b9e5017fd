using AdaFormer.Training.Evaluation;

namespace AdaFormer.Training.Progress;

/// <summary>Stage of a training run.</summary>
public enum TrainingStage
{
    /// <summary>A notice about the run, in <see cref="TrainingProgress.Message"/>, such as its device.</summary>
    Notice,

    /// <summary>Reading pictures; the counts are pictures.</summary>
    Reading,

    /// <summary>Computing a teacher's pictures, or reading cached ones; the counts are pictures.</summary>
    Teaching,

    /// <summary>Training; the counts are iterations, and there are statistics.</summary>
    Training,

    /// <summary>A validation is done; the counts are iterations, and there are results.</summary>
    Validated,

    /// <summary>A checkpoint is on disk; the counts are iterations.</summary>
    Saved,
}

/// <summary>Progress of a training run.</summary>
/// <param name="Stage">The stage of the run.</param>
/// <param name="Done">Pictures or iterations done.</param>
/// <param name="Total">Total number of pictures or iterations.</param>
/// <param name="Statistics">Means since the last such report, while training.</param>
/// <param name="Validation">The measurement of the averaged weights, with halting if the network halts, after a validation.</param>
/// <param name="Unhalted">The measurement with nothing halted; null if the network does not halt.</param>
/// <param name="Message">The text of a notice.</param>
public sealed record TrainingProgress(
    TrainingStage Stage,
    long Done,
    long Total,
    TrainingStatistics? Statistics = null,
    EvaluationResult? Validation = null,
    EvaluationResult? Unhalted = null,
    string? Message = null)
{
    /// <summary>The measurement on inputs saved as JPEG; null unless configured.</summary>
    public EvaluationResult? Jpeg { get; init; }
}

/// <summary>Means over some iterations.</summary>
/// <param name="Figures">
/// The network's figures by their names in the log, in its order: <c>l1</c>, the mean absolute difference of the pictures in 0..1, and for
/// AdaFormer <c>usl</c>, the uncertainty loss summed over the blocks.
/// </param>
/// <param name="LearningRate">The learning rate of the last iteration.</param>
/// <param name="HaltedShare">For every block, the share of the tokens that had halted before it, 0..1; empty if the network does not halt.</param>
/// <param name="IterationsPerSecond">Speed.</param>
/// <param name="FlopsPerSecond">
/// Floating-point operations per second, to compare with a device's peak: a multiply-add is two, and the backward pass counts as two forward passes.
/// </param>
public sealed record TrainingStatistics(
    IReadOnlyDictionary<string, double> Figures,
    double LearningRate,
    IReadOnlyList<double> HaltedShare,
    double IterationsPerSecond,
    double FlopsPerSecond);
