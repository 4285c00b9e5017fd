using static TorchSharp.torch;

namespace AdaFormer.Training.Losses;

/// <summary>
/// The ponder loss of A-ViT (Yin et al. 2022): the mean over the tokens of the number of blocks until it halts and of what its halting
/// probabilities leave of 1 then. Without the prior on the mean depth, which is theirs too.
/// </summary>
internal static class PonderLoss
{
    /// <param name="probabilities">Halting probabilities after each block, (N, L, ⌈H/t⌉, ⌈W/t⌉).</param>
    /// <param name="threshold">The sum of probabilities from which a token has halted.</param>
    public static Tensor Of(Tensor probabilities, double threshold)
    {
        var before = probabilities.narrow(1, 0, probabilities.shape[1] - 1);            // after the last block every token halts
        var goesOn = before.detach().cumsum(1).lt(threshold).to_type(before.dtype);
        var depth = 1 + goesOn.sum(1);
        var remainder = 1 - (goesOn * before).sum(1);
        return (depth + remainder).mean();
    }
}
