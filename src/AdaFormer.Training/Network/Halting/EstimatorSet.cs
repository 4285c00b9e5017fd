using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace AdaFormer.Training.Network;

/// <summary>The estimators of a body: one for all blocks, or in an ablation one for each.</summary>
internal sealed class EstimatorSet
{
    private readonly IReadOnlyList<ConfidenceEstimator> _estimators;
    private readonly bool _detached;

    public EstimatorSet(int embed, int blocks, Ablation ablation)
    {
        _estimators = Enumerable.Range(0, ablation.SharedEstimator ? 1 : blocks)
            .Select(_ => new ConfidenceEstimator(embed, ablation.NormalizedEstimatorInput)).ToArray();
        _detached = ablation.DetachedTokens;
        Module = ablation.SharedEstimator ? _estimators[0] : new ModuleList<ConfidenceEstimator>(_estimators.ToArray());
    }

    /// <summary>What a body registers to own the weights.</summary>
    public nn.Module Module { get; }

    /// <summary>An estimator's answers before the last nonlinearity, (windows, S²), from tokens (windows, S², D).</summary>
    public Tensor Logits(int block, Tensor tokens, WindowPartition partition)
    {
        var estimator = _estimators[_estimators.Count == 1 ? 0 : block];
        return partition.Split(estimator.forward(partition.Merge(_detached ? tokens.detach() : tokens))).squeeze(-1);
    }
}
