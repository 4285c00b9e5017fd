using AdaFormer.Training.Data;
using TorchSharp;
using static TorchSharp.torch;

namespace AdaFormer.Training.Architectures.SwinIr;

/// <summary>
/// Stochastic depth (Huang et al. 2016): in training, updates are dropped for single images, more often in later blocks, and the others are
/// scaled up to compensate. The choice depends only on the seed and the iteration, so that a resumed run drops the same updates.
/// </summary>
/// <param name="seed">The run's seed.</param>
/// <param name="last">The probability at the last block.</param>
/// <param name="blocks">Number of blocks.</param>
internal sealed class StochasticDepth(long seed, double last, int blocks)
{
    private const int Steps = 1 << 24;
    private int _block;
    private SampleRandom _random;

    /// <summary>The probability for the next block.</summary>
    public double NextBlock() => last * _block++ / Math.Max(1, blocks - 1);

    // Not the seed itself, from which the patches are drawn.
    public void Begin(long iteration) => _random = new SampleRandom(~seed, iteration);

    /// <param name="update">(N, …).</param>
    /// <param name="probability">The probability of dropping an image's update.</param>
    public Tensor Drop(Tensor update, double probability)
    {
        if (probability == 0)
            return update;
        var factors = new float[update.shape[0]];
        for (var image = 0; image < factors.Length; image++)
            factors[image] = _random.Below(Steps) < probability * Steps ? 0 : (float)(1 / (1 - probability));
        var drawn = tensor(factors, [factors.Length, .. update.shape[1..].Select(_ => 1L)]);
        // A device can copy from pinned memory while the host continues.
        return update * (update.device_type == DeviceType.CUDA ? drawn.pin_memory() : drawn).to(update.device, non_blocking: true);
    }
}
