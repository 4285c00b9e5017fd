using AdaFormer.Research.Ablations;
using AdaFormer.Training.Architectures.AdaFormer;
using AdaFormer.Training.Configuration;
using TorchSharp;
using static TorchSharp.torch;

namespace AdaFormer.Research.Policies;

/// <summary>
/// A-ViT (Yin et al. 2022): a token's first number is its halting probability, and probabilities are accumulated. Scale and shift are the authors'.
/// The output is the tokens' mean over the blocks.
/// </summary>
internal sealed class PonderPolicy(Ablation ablation) : AblatedPolicy(ablation)
{
    private const double Scale = 5;
    private const double Shift = -10;

    public override Tensor Estimate(int block, Tensor tokens, WindowPartition partition) =>
        (tokens.select(-1, 0) * Scale + Shift).sigmoid();

    public override ITokenSum BeginSum() => new PonderedTokens();

    public override Tensor Loss(NetworkOutput output, Tensor high, TrainingConfiguration configuration) =>
        Ponder(output.Confidences!, configuration.HaltingThreshold);

    /// <summary>
    /// The mean over the tokens of the number of blocks until they halt plus the remainder of their halting probabilities to 1. Without the
    /// authors' prior on the mean depth.
    /// </summary>
    /// <param name="probabilities">Halting probabilities after each block, (N, L, ⌈H/t⌉, ⌈W/t⌉).</param>
    /// <param name="threshold">The sum of probabilities from which a token has halted.</param>
    internal static Tensor Ponder(Tensor probabilities, double threshold)
    {
        var before = probabilities.narrow(1, 0, probabilities.shape[1] - 1);            // after the last block every token halts
        var goesOn = before.detach().cumsum(1).lt(threshold).to_type(before.dtype);
        var depth = 1 + goesOn.sum(1);
        var remainder = 1 - (goesOn * before).sum(1);
        return (depth + remainder).mean();
    }
}

/// <summary>
/// A-ViT's output: the mean of a token over the blocks, weighted by its halting probabilities; the last block gets the remainder to 1.
/// A halted token no longer changes, so this equals the sum up to where it halted.
/// </summary>
internal sealed class PonderedTokens : ITokenSum
{
    private Tensor? _sum;
    private Tensor? _remaining;

    public void Add(Tensor estimates, Tensor tokens)
    {
        var remaining = _remaining ?? ones_like(estimates);
        var weight = minimum(estimates, remaining);
        var weighted = weight.unsqueeze(-1) * tokens;
        (_sum, _remaining) = (_sum is null ? weighted : _sum + weighted, remaining - weight);
    }

    public Tensor Finish(Tensor tokens) => _remaining is null ? tokens : _sum! + _remaining.unsqueeze(-1) * tokens;

    public void MoveToOuterDisposeScope()
    {
        _sum?.MoveToOuterDisposeScope();
        _remaining?.MoveToOuterDisposeScope();
    }
}
