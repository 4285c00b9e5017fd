using AdaFormer.Training.Architectures.AdaFormer;
using AdaFormer.Training.Configuration;
using TorchSharp;
using static TorchSharp.torch;

namespace AdaFormer.Research.Halting;

/// <summary>
/// A control for the choice of places that halt: the halting scores of one forward pass, given to other windows of the same image in a
/// second one. The same shares of windows and tokens halt in every block, only elsewhere.
/// </summary>
internal sealed class PermutedWindows : IDisposable
{
    private readonly List<Tensor> _scores = [];

    /// <summary>The inference forward pass with each image's windows permuted at random, one permutation for all blocks.</summary>
    /// <param name="network">The network; its own policy decides how much halts.</param>
    /// <param name="images">RGB in 0..1, (N, 3, H, W).</param>
    /// <param name="haltingThreshold">A token is halted once its halting score reaches this.</param>
    /// <param name="seed">Seed of the permutation.</param>
    public static NetworkOutput Upscale(AdaFormerNetwork network, Tensor images, double haltingThreshold, int seed)
    {
        using var control = new PermutedWindows();
        using (NewDisposeScope())
            network.Upscale(images, haltingThreshold, policy => new Recorder(policy, control._scores));
        return network.Upscale(images, haltingThreshold, policy => new Player(policy, control._scores, seed));
    }

    public void Dispose() => _scores.ForEach(scores => scores.Dispose());

    /// <summary>The network's own policy except for its scores; exits and loss are needed only in training.</summary>
    private abstract class Control(IHaltingPolicy policy) : IHaltingPolicy
    {
        public nn.Module? Estimator => policy.Estimator;

        public abstract Tensor Estimate(int block, Tensor tokens, WindowPartition partition);

        public abstract Tensor Accumulate(Tensor scores, Tensor estimates);

        public HaltingMask? Mask(Tensor scores, double threshold) => policy.Mask(scores, threshold);

        public ITokenSum? BeginSum() => policy.BeginSum();

        public Tensor Loss(NetworkOutput output, Tensor high, TrainingConfiguration configuration) => throw new NotSupportedException("A control is not trained.");
    }

    private sealed class Recorder(IHaltingPolicy policy, List<Tensor> recorded) : Control(policy)
    {
        private readonly IHaltingPolicy _policy = policy;

        public override Tensor Estimate(int block, Tensor tokens, WindowPartition partition) => _policy.Estimate(block, tokens, partition);

        public override Tensor Accumulate(Tensor scores, Tensor estimates)
        {
            var next = _policy.Accumulate(scores, estimates);
            recorded.Add(next.clone().DetachFromDisposeScope());
            return next;
        }
    }

    // Both forward passes have equally many live tokens before each block, so both end after the same one.
    private sealed class Player(IHaltingPolicy policy, List<Tensor> recorded, int seed) : Control(policy)
    {
        public override Tensor Estimate(int block, Tensor tokens, WindowPartition partition)
        {
            var random = new Random(seed);
            var perImage = (int)(partition.Rows * partition.Columns);
            var windows = Enumerable.Range(0, (int)partition.Images * perImage).Select(window => (long)window).ToArray();
            for (var image = 0; image < partition.Images; image++)
                random.Shuffle(windows.AsSpan(image * perImage, perImage));
            return recorded[block].index_select(0, tensor(windows, device: tokens.device));
        }

        public override Tensor Accumulate(Tensor scores, Tensor estimates) => estimates;
    }
}
