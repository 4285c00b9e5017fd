using AdaFormer.Training.Data;
using TorchSharp;
using static TorchSharp.torch;

namespace AdaFormer.Training.Architectures.SwinIr;

/// <summary>
/// Stochastic depth (Huang et al. 2016): in training, updates are left out for single images, the more often the later their block, and
/// the others are scaled up for it. What is left out depends on the seed and the iteration only, so that a resumed run leaves out the same.
/// </summary>
/// <param name="seed">The run's seed.</param>
/// <param name="last">The probability at the last block.</param>
/// <param name="blocks">Number of blocks.</param>
internal sealed class StochasticDepth(long seed, double last, int blocks)
{
    private const int Steps = 1 << 24;
    private int _block;
    private SampleRandom _random;

    /// <summary>The probability for the next block that is made.</summary>
    public double NextBlock() => last * _block++ / Math.Max(1, blocks - 1);

    // Not the seed itself, which draws the patches.
    public void Begin(long iteration) => _random = new SampleRandom(~seed, iteration);

    /// <param name="update">(N, …).</param>
    /// <param name="probability">That of leaving an image's update out.</param>
    public Tensor Drop(Tensor update, double probability)
    {
        if (probability == 0)
            return update;
        var factors = new float[update.shape[0]];
        for (var image = 0; image < factors.Length; image++)
            factors[image] = _random.Below(Steps) < probability * Steps ? 0 : (float)(1 / (1 - probability));
        var drawn = tensor(factors, [factors.Length, .. update.shape[1..].Select(_ => 1L)]);
        // Pinned memory is what a device can fetch while the host goes on.
        return update * (update.device_type == DeviceType.CUDA ? drawn.pin_memory() : drawn).to(update.device, non_blocking: true);
    }
}
