using AdaFormer.Export;
using AdaFormer.Training.Network;

namespace AdaFormer.Training.Evaluation;

/// <summary>
/// The multiply-adds of a body's blocks, so that savings can be compared whose masks differ. Left out: the embedding before and after,
/// and the few products of prototypes alone.
/// </summary>
internal sealed class BodyWork
{
    private readonly double _local;
    private readonly double _global;
    private readonly double _mlp;
    private readonly double _estimator;
    private readonly int _blocks;

    public BodyWork(AdaFormerConfiguration c, Ablation ablation)
    {
        double square = c.Embed * c.Embed;
        _local = 3 * square + 2.0 * c.Window * c.Window * c.Embed;
        _global = ablation.Branches == AttentionBranches.Local ? 0 : 3 * square + 4.0 * c.Prototypes * c.Embed;
        _mlp = 2 * c.MlpRatio * square;
        _estimator = ablation.HasEstimator ? 9 * (square + c.Embed) / 2 : 0;
        _blocks = c.Blocks;
    }

    /// <summary>What the estimator of every block but the last costs, as a share of the blocks' work when nothing is halted.</summary>
    public double EstimatorShare => _estimator * (_blocks - 1) / (Dense * _blocks);

    private double Dense => _local + _global + _mlp;

    /// <summary>The share of the blocks' work that was done, 0..1, without the estimator.</summary>
    public double Share(IReadOnlyList<KeptShare> kept) =>
        kept.Sum(block => block.Windows * _local + block.Tokens * _global + block.Live * _mlp) / (Dense * _blocks);
}
