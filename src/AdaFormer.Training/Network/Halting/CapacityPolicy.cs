using static TorchSharp.torch;

namespace AdaFormer.Training.Network;

/// <summary>
/// Adaptive patch exiting (Wang et al. 2022) by tokens: a token leaves for good once the next block is expected to lower its error by
/// less than 1 − threshold grey levels; improvements are squashed by tanh.
/// </summary>
internal sealed class CapacityPolicy(EstimatorSet estimators) : IHaltingPolicy
{
    // Negated, because the estimator starts at a negative answer and nothing may halt before it has learned anything.
    public Tensor Estimate(int block, Tensor tokens, WindowPartition partition) => estimators.Logits(block, tokens, partition).neg().tanh();

    public Tensor Accumulate(Tensor scores, Tensor estimates) => maximum(scores, 1 - estimates.detach());
}
