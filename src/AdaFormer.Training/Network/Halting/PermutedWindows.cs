using static TorchSharp.torch;

namespace AdaFormer.Training.Network;

/// <summary>
/// A control for what the places of halting are worth: the halting scores of one forward, given to other windows of the same image in a
/// second. The same shares of windows and tokens halt in every block, only elsewhere.
/// </summary>
internal sealed class PermutedWindows : IDisposable
{
    private readonly List<Tensor> _scores = [];

    /// <summary>The inference forward with each image's windows permuted at random, one permutation for all blocks.</summary>
    /// <param name="network">The network; its own policy decides how much halts.</param>
    /// <param name="images">RGB in 0..1, (N, 3, H, W).</param>
    /// <param name="haltingThreshold">A token is halted once its halting score reaches this.</param>
    /// <param name="seed">Seed of the permutation.</param>
    public static NetworkOutput Upscale(AdaFormerNetwork network, Tensor images, double haltingThreshold, int seed)
    {
        using var control = new PermutedWindows();
        using (NewDisposeScope())
            network.Upscale(images, haltingThreshold, policy => new Recorder(policy, control._scores));
        return network.Upscale(images, haltingThreshold, _ => new Player(control._scores, seed));
    }

    public void Dispose() => _scores.ForEach(scores => scores.Dispose());

    private sealed class Recorder(IHaltingPolicy policy, List<Tensor> recorded) : IHaltingPolicy
    {
        public Tensor Estimate(int block, Tensor tokens, WindowPartition partition) => policy.Estimate(block, tokens, partition);

        public Tensor Accumulate(Tensor scores, Tensor estimates)
        {
            var next = policy.Accumulate(scores, estimates);
            recorded.Add(next.clone().DetachFromDisposeScope());
            return next;
        }
    }

    // Both forwards see equally many live tokens before each block, so both end after the same one.
    private sealed class Player(List<Tensor> recorded, int seed) : IHaltingPolicy
    {
        public Tensor Estimate(int block, Tensor tokens, WindowPartition partition)
        {
            var random = new Random(seed);
            var perImage = (int)(partition.Rows * partition.Columns);
            var windows = Enumerable.Range(0, (int)partition.Images * perImage).Select(window => (long)window).ToArray();
            for (var image = 0; image < partition.Images; image++)
                random.Shuffle(windows.AsSpan(image * perImage, perImage));
            return recorded[block].index_select(0, tensor(windows, device: tokens.device));
        }

        public Tensor Accumulate(Tensor scores, Tensor estimates) => estimates;
    }
}
