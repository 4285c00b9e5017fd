using AdaFormer.Training.Evaluation;

namespace AdaFormer.Training.Progress;

/// <summary>What a training run is doing.</summary>
public enum TrainingStage
{
    /// <summary>Something to know about the run, in <see cref="TrainingProgress.Message"/>, such as the device it takes.</summary>
    Notice,

    /// <summary>Reading pictures; the counts are pictures.</summary>
    Reading,

    /// <summary>Making a teacher's pictures, or reading those that are made; the counts are pictures.</summary>
    Teaching,

    /// <summary>Training; the counts are iterations, and there are statistics.</summary>
    Training,

    /// <summary>A validation is done; the counts are iterations, and there are results.</summary>
    Validated,

    /// <summary>A checkpoint is on disk; the counts are iterations.</summary>
    Saved,
}

/// <summary>News of a training run.</summary>
/// <param name="Stage">What the run is doing.</param>
/// <param name="Done">Pictures or iterations done.</param>
/// <param name="Total">Pictures or iterations in all.</param>
/// <param name="Statistics">Means since the last such news, while training.</param>
/// <param name="Validation">The measurement of the averaged weights, with halting where the network halts, after a validation.</param>
/// <param name="Unhalted">The same with nothing halted; null where the network does not halt.</param>
/// <param name="Message">A notice in words.</param>
public sealed record TrainingProgress(
    TrainingStage Stage,
    long Done,
    long Total,
    TrainingStatistics? Statistics = null,
    EvaluationResult? Validation = null,
    EvaluationResult? Unhalted = null,
    string? Message = null)
{
    /// <summary>The same as <see cref="Validation"/> on reductions that were saved as JPEG; null unless that was asked for.</summary>
    public EvaluationResult? Jpeg { get; init; }
}

/// <summary>Means over some iterations.</summary>
/// <param name="Figures">
/// The network's figures by their names in the log, in its order: <c>l1</c>, the mean absolute difference of the pictures in 0..1, and of
/// AdaFormer <c>usl</c>, the uncertainty loss summed over the blocks.
/// </param>
/// <param name="LearningRate">The learning rate of the last iteration.</param>
/// <param name="HaltedShare">For every block, the share of the tokens that had left before it, 0..1; empty where the network does not halt.</param>
/// <param name="IterationsPerSecond">Speed.</param>
/// <param name="FlopsPerSecond">
/// Floating-point operations a second, for the share of a device's peak: a multiply-add is two, and the backward pass counts as two forwards.
/// </param>
public sealed record TrainingStatistics(
    IReadOnlyDictionary<string, double> Figures,
    double LearningRate,
    IReadOnlyList<double> HaltedShare,
    double IterationsPerSecond,
    double FlopsPerSecond);
