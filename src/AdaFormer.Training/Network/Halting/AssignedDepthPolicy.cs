using AdaFormer.Training.Data;
using static TorchSharp.torch;

namespace AdaFormer.Training.Network;

/// <summary>
/// Depths that have nothing to do with the picture: each window's is drawn between two numbers, by its place and a seed. Both numbers
/// equal: the uniform exit.
/// </summary>
internal sealed class AssignedDepthPolicy(int least, int most, long seed) : IHaltingPolicy
{
    /// <summary>1 once the window has been through its blocks, else 0.</summary>
    public Tensor Estimate(int block, Tensor tokens, WindowPartition partition)
    {
        var depths = new float[tokens.shape[0]];
        for (var window = 0; window < depths.Length; window++)
            depths[window] = least + new SampleRandom(seed, window).Below(most - least + 1);
        return tensor(depths, depths.Length, 1, device: tokens.device).le(block + 1).to_type(ScalarType.Float32)
            .expand(-1, tokens.shape[1]);
    }

    public Tensor Accumulate(Tensor scores, Tensor estimates) => estimates;
}
