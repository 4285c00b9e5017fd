using AdaFormer.Training.Data;
using static TorchSharp.torch;

namespace AdaFormer.Training.Network;

/// <summary>
/// Depths that have nothing to do with the picture: each window's is drawn around a mean, by its place and a seed. Without a spread, the
/// uniform exit.
/// </summary>
internal sealed class AssignedDepthPolicy(int mean, int spread, long seed) : IHaltingPolicy
{
    public static AssignedDepthPolicy Uniform(int depth) => new(depth, 0, 0);

    /// <summary>Depths as far around the mean as there are blocks on both sides.</summary>
    public static AssignedDepthPolicy Random(int meanDepth, int blocks, long seed) =>
        new(meanDepth, Math.Min(meanDepth - 1, blocks - meanDepth), seed);

    /// <summary>1 once the window has been through its blocks, else 0.</summary>
    public Tensor Estimate(int block, Tensor tokens, WindowPartition partition)
    {
        var depths = new float[tokens.shape[0]];
        for (var window = 0; window < depths.Length; window++)
            depths[window] = mean - spread + new SampleRandom(seed, window).Below(2 * spread + 1);
        return tensor(depths, depths.Length, 1, device: tokens.device).le(block + 1).to_type(ScalarType.Float32)
            .expand(-1, tokens.shape[1]);
    }

    public Tensor Accumulate(Tensor scores, Tensor estimates) => estimates;
}
