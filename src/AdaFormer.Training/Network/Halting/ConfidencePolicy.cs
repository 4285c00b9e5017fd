using static TorchSharp.torch;

namespace AdaFormer.Training.Network;

/// <summary>AdaFormer's own policy: confidences between 0 and 1 (Eq. 15) add up (Eq. 18).</summary>
internal sealed class ConfidencePolicy(EstimatorSet estimators) : IHaltingPolicy
{
    public Tensor Estimate(int block, Tensor tokens, WindowPartition partition) => estimators.Logits(block, tokens, partition).sigmoid();

    public Tensor Accumulate(Tensor scores, Tensor estimates) => scores + estimates.detach();
}
