using TorchSharp;
using static TorchSharp.torch;

namespace AdaFormer.Training.Network;

/// <summary>
/// A-ViT's output: the mean of a token over the blocks, weighted by its halting probabilities; the last block gets what they leave of 1.
/// A halted token no longer changes, so this is the sum up to where it halted.
/// </summary>
internal sealed class PonderedTokens
{
    private Tensor? _sum;
    private Tensor? _remaining;

    /// <summary>Adds the tokens after a block that is not the last.</summary>
    /// <param name="estimates">Halting probabilities, (windows, S²).</param>
    /// <param name="tokens">(windows, S², D).</param>
    public void Add(Tensor estimates, Tensor tokens)
    {
        var remaining = _remaining ?? ones_like(estimates);
        var weight = minimum(estimates, remaining);
        var weighted = weight.unsqueeze(-1) * tokens;
        (_sum, _remaining) = (_sum is null ? weighted : _sum + weighted, remaining - weight);
    }

    /// <summary>Adds the tokens at the end.</summary>
    public Tensor Finish(Tensor tokens) => _remaining is null ? tokens : _sum! + _remaining.unsqueeze(-1) * tokens;

    /// <summary>Lets what was added so far outlive the current scope.</summary>
    public void MoveToOuterDisposeScope()
    {
        _sum?.MoveToOuterDisposeScope();
        _remaining?.MoveToOuterDisposeScope();
    }
}
