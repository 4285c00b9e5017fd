using AdaFormer.Export;
using AdaFormer.Research.Ablations;
using AdaFormer.Training.Architectures.AdaFormer;
using AdaFormer.Training.Configuration;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace AdaFormer.Research.Policies;

/// <summary>AdaFormer's confidences with other masks, estimators or losses.</summary>
internal sealed class AblatedConfidencePolicy(AdaFormerConfiguration c, Ablation ablation) : AblatedPolicy(ablation)
{
    private readonly Ablation _ablation = ablation;
    private readonly EstimatorSet _estimators = new(c, ablation);

    public override nn.Module Estimator => _estimators.Module;

    public override Tensor Estimate(int block, Tensor tokens, WindowPartition partition) => _estimators.Logits(block, tokens, partition).sigmoid();

    public override Tensor Loss(NetworkOutput output, Tensor high, TrainingConfiguration configuration)
    {
        var difference = (output.Upscaled - high).abs();
        if (_ablation.DetachedError)
            difference = difference.detach();
        return _ablation.EstimatorLoss == EstimatorLoss.LogError
            ? LogError(difference, output.Confidences!, ConfidenceLoss.TokenSide(configuration))
            : ConfidenceLoss.Likelihood(difference, output.Confidences!, configuration);
    }

    // Minimal at 1/e of a geometric mean of e; no busy spot outweighs the flat ones, as it does in C·e in proportion to its error.
    private static Tensor LogError(Tensor difference, Tensor confidences, int tokenSide)
    {
        var error = TokenError.Of(difference, tokenSide).clamp_min(1);                                 // (N, 1, ⌈H/t⌉, ⌈W/t⌉)
        return ((confidences + ConfidenceLoss.Epsilon).log() + error.log()).square().mean([0, 2, 3]).sum();
    }
}

/// <summary>The estimators of a body: one for all blocks, or one for each.</summary>
internal sealed class EstimatorSet
{
    private readonly ConfidenceEstimator[] _estimators;
    private readonly Ablation _ablation;

    public EstimatorSet(AdaFormerConfiguration c, Ablation ablation)
    {
        _estimators = [.. Enumerable.Range(0, ablation.SharedEstimator ? 1 : c.Blocks)
            .Select(_ => ablation.NormalizedEstimatorInput ? new ConfidenceEstimator(c.Embed, tokenSpread: 1) : new ConfidenceEstimator(c.Embed))];
        _ablation = ablation;
        Module = ablation.SharedEstimator ? _estimators[0] : new ModuleList<ConfidenceEstimator>(_estimators);
    }

    /// <summary>The module that a body registers to own the weights.</summary>
    public nn.Module Module { get; }

    /// <summary>An estimator's output before the last nonlinearity, (windows, S²), from tokens (windows, S², D).</summary>
    public Tensor Logits(int block, Tensor tokens, WindowPartition partition)
    {
        var map = partition.Merge(_ablation.DetachedTokens ? tokens.detach() : tokens);                // (N, D, H/t, W/t)
        if (_ablation.NormalizedEstimatorInput)
            map = nn.functional.layer_norm(map.permute(0, 2, 3, 1), [map.shape[1]]).permute(0, 3, 1, 2);
        return partition.Split(_estimators[_estimators.Length == 1 ? 0 : block].forward(map)).squeeze(-1);
    }
}

/// <summary>Errors of tokens in grey levels, 0..255.</summary>
internal static class TokenError
{
    /// <param name="difference">|I_hr − I_sr| in 0..1, (N, 3, sH, sW).</param>
    /// <param name="tokenSide">Side of the square of high-resolution pixels per token, s·t; at the edge it may have fewer.</param>
    /// <returns>The mean over the pixels of a token, (N, 1, ⌈H/t⌉, ⌈W/t⌉).</returns>
    public static Tensor Of(Tensor difference, int tokenSide) =>
        nn.functional.avg_pool2d(ConfidenceLoss.GreyLevels(difference), tokenSide, ceil_mode: true);
}
