using static TorchSharp.torch;

namespace AdaFormer.Training.Losses;

/// <summary>
/// The regression of adaptive patch exiting (Wang et al. 2022): after each block but the last, tanh of the grey levels by which the next
/// block lowers a token's error.
/// </summary>
internal static class CapacityLoss
{
    /// <param name="exits">The picture after each block, (N, 3, sH, sW) in 0..1.</param>
    /// <param name="high">The true pictures.</param>
    /// <param name="capacities">The regressor's answers after each block, (N, L, ⌈H/t⌉, ⌈W/t⌉).</param>
    /// <param name="tokenSide">Side of the square of high-resolution pixels that a token makes, s·t.</param>
    public static Tensor Of(IReadOnlyList<Tensor> exits, Tensor high, Tensor capacities, int tokenSide)
    {
        var errors = cat(exits.Select(exit => GreyLevels.OfTokens((exit.detach() - high).abs(), tokenSide)).ToArray(), 1);    // (N, L, ⌈H/t⌉, ⌈W/t⌉)
        var (blocks, steps) = (errors.shape[1], errors.shape[1] - 1);
        var improvement = (errors.narrow(1, 0, steps) - errors.narrow(1, blocks - steps, steps)).tanh();
        return (capacities.narrow(1, 0, steps) - improvement).square().mean([0, 2, 3]).sum();
    }
}
