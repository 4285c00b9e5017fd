using AdaFormer.Export;

namespace AdaFormer.Training.Architectures.AdaFormer;

/// <summary>
/// Counts the multiply-adds of a body's blocks, to compare savings of different masks. Not counted: the embedding before and after, the
/// estimator, and the few products of prototypes alone.
/// </summary>
/// <param name="c">The sizes.</param>
/// <param name="globalBranch">Whether its blocks have a global branch.</param>
internal sealed class BodyWork(AdaFormerConfiguration c, bool globalBranch)
{
    private readonly double _local = (3.0 * c.Embed * c.Embed) + (2.0 * c.Window * c.Window * c.Embed);
    private readonly double _global = globalBranch ? (3.0 * c.Embed * c.Embed) + (4.0 * c.Prototypes * c.Embed) : 0;
    private readonly double _mlp = 2.0 * c.MlpRatio * c.Embed * c.Embed;

    /// <summary>The share of the blocks' work that was done, 0..1.</summary>
    public double Share(IReadOnlyList<KeptShare> kept) =>
        kept.Sum(block => block.Windows * _local + block.Tokens * _global + block.Live * _mlp) / ((_local + _global + _mlp) * c.Blocks);
}
