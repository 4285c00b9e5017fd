using AdaFormer.Research.Ablations;
using AdaFormer.Training.Architectures.AdaFormer;
using AdaFormer.Training.Configuration;
using AdaFormer.Training.Data;
using static TorchSharp.torch;

namespace AdaFormer.Research.Policies;

/// <summary>
/// Depths that are independent of the picture: each window's is drawn around the ablation's, by its position and a seed. Without a spread,
/// the uniform exit.
/// </summary>
internal sealed class AssignedDepthPolicy(Ablation ablation, int spread) : AblatedPolicy(ablation)
{
    private readonly int _mean = ablation.ExitDepth;
    private readonly long _seed = ablation.ExitSeed;

    public static AssignedDepthPolicy Uniform(Ablation ablation) => new(ablation, 0);

    /// <summary>Depths with the widest spread around the mean that the number of blocks allows on both sides.</summary>
    public static AssignedDepthPolicy Random(Ablation ablation, int blocks) =>
        new(ablation, Math.Min(ablation.ExitDepth - 1, blocks - ablation.ExitDepth));

    /// <summary>1 once the window has been through its blocks, else 0.</summary>
    public override Tensor Estimate(int block, Tensor tokens, WindowPartition partition)
    {
        var depths = new float[tokens.shape[0]];
        for (var window = 0; window < depths.Length; window++)
            depths[window] = _mean - spread + new SampleRandom(_seed, window).Below(2 * spread + 1);
        return tensor(depths, depths.Length, 1, device: tokens.device).le(block + 1).to_type(ScalarType.Float32)
            .expand(-1, tokens.shape[1]);
    }

    public override Tensor Accumulate(Tensor scores, Tensor estimates) => estimates;

    /// <summary>There is nothing to learn.</summary>
    public override Tensor Loss(NetworkOutput output, Tensor high, TrainingConfiguration configuration) => zeros([], device: high.device);
}
