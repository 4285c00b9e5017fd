using static TorchSharp.torch;

namespace AdaFormer.Training.Network;

/// <summary>
/// A-ViT (Yin et al. 2022): a token's first number is its halting probability, and probabilities add up. Scale and shift are theirs.
/// </summary>
internal sealed class PonderPolicy : IHaltingPolicy
{
    private const double Scale = 5;
    private const double Shift = -10;

    public Tensor Estimate(int block, Tensor tokens, WindowPartition partition) =>
        (tokens.select(-1, 0) * Scale + Shift).sigmoid();

    public Tensor Accumulate(Tensor scores, Tensor estimates) => scores + estimates.detach();
}
