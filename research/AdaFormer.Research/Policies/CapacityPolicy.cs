using AdaFormer.Export;
using AdaFormer.Research.Ablations;
using AdaFormer.Training.Architectures.AdaFormer;
using AdaFormer.Training.Configuration;
using TorchSharp;
using static TorchSharp.torch;

namespace AdaFormer.Research.Policies;

/// <summary>
/// Adaptive patch exiting (Wang et al. 2022) for tokens: a token halts for good once the next block is expected to lower its error by
/// less than 1 − threshold grey levels; improvements are squashed by tanh.
/// </summary>
internal sealed class CapacityPolicy(AdaFormerConfiguration c, Ablation ablation) : AblatedPolicy(ablation)
{
    private readonly EstimatorSet _estimators = new(c, ablation);

    public override nn.Module Estimator => _estimators.Module;

    // Negated, because the estimator starts at a negative output and nothing may halt before it has learned anything.
    public override Tensor Estimate(int block, Tensor tokens, WindowPartition partition) => _estimators.Logits(block, tokens, partition).neg().tanh();

    public override Tensor Accumulate(Tensor scores, Tensor estimates) => maximum(scores, 1 - estimates.detach());

    public override bool LearnsFromExits => true;

    public override Tensor Loss(NetworkOutput output, Tensor high, TrainingConfiguration configuration) =>
        Regression(output.Exits!, high, output.Confidences!, ConfidenceLoss.TokenSide(configuration));

    /// <summary>After each block but the last, tanh of the grey levels by which the next block lowers a token's error.</summary>
    /// <param name="exits">The picture after each block, (N, 3, sH, sW) in 0..1.</param>
    /// <param name="high">The true pictures.</param>
    /// <param name="capacities">The regressor's outputs after each block, (N, L, ⌈H/t⌉, ⌈W/t⌉).</param>
    /// <param name="tokenSide">Side of the square of high-resolution pixels per token, s·t.</param>
    internal static Tensor Regression(IReadOnlyList<Tensor> exits, Tensor high, Tensor capacities, int tokenSide)
    {
        var errors = cat(exits.Select(exit => TokenError.Of((exit.detach() - high).abs(), tokenSide)).ToArray(), 1);    // (N, L, ⌈H/t⌉, ⌈W/t⌉)
        var (blocks, steps) = (errors.shape[1], errors.shape[1] - 1);
        var improvement = (errors.narrow(1, 0, steps) - errors.narrow(1, blocks - steps, steps)).tanh();
        return (capacities.narrow(1, 0, steps) - improvement).square().mean([0, 2, 3]).sum();
    }
}
