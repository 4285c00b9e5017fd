using static TorchSharp.torch;

namespace AdaFormer.Training.Network;

/// <summary>AdaFormer's own policy: the confidence estimator's answers add up (Eq. 15, 18).</summary>
internal sealed class ConfidencePolicy(ConfidenceEstimator estimator) : IHaltingPolicy
{
    public Tensor Estimate(int block, Tensor tokens, WindowPartition partition) =>
        partition.Split(estimator.forward(partition.Merge(tokens.detach()))).squeeze(-1);

    public Tensor Accumulate(Tensor scores, Tensor estimates) => scores + estimates.detach();
}
