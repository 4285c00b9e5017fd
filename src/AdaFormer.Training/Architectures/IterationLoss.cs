using static TorchSharp.torch;

namespace AdaFormer.Training.Architectures;

/// <summary>The loss of an iteration.</summary>
/// <param name="Total">What to call backward on, a scalar.</param>
/// <param name="Figures">
/// What the log keeps, float64: the mean absolute difference, and of a network that halts the uncertainty loss and the share of the
/// tokens that had left before each block, (1) or (2 + L).
/// </param>
internal sealed record IterationLoss(Tensor Total, Tensor Figures);
