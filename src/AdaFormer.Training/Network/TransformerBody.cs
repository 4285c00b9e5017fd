using TorchSharp.Modules;
using static TorchSharp.torch;

namespace AdaFormer.Training.Network;

/// <summary>
/// The transformer between encoder and decoder: L blocks on embedded tokens, each halting what needs no more work (Eq. 2, 5–7).
/// </summary>
internal sealed class TransformerBody : nn.Module<Tensor, double, (Tensor Features, Tensor Depth, Tensor Confidences)>
{
    private readonly Conv2d embed;
    private readonly ModuleList<TransformerBlock> blocks;
    private readonly ConfidenceEstimator confidence;
    private readonly Conv2d unembed;
    private readonly IHaltingPolicy _policy;
    private readonly int _window;

    public TransformerBody(int channels, int width, int blockCount, int heads, int window, int prototypes, int mlpRatio)
        : base(nameof(TransformerBody))
    {
        embed = nn.Conv2d(channels, width, 1);
        blocks = new ModuleList<TransformerBlock>(
            Enumerable.Range(0, blockCount).Select(_ => new TransformerBlock(width, heads, window, prototypes, mlpRatio)).ToArray());
        confidence = new ConfidenceEstimator(width);
        unembed = nn.Conv2d(width, channels, 1);
        _policy = new ConfidencePolicy(confidence);
        _window = window;
        RegisterComponents();
    }

    /// <summary>The training forward.</summary>
    /// <returns>Refined features (N, C, H, W), halting depth (N, 1, H, W) and the confidences of all blocks (N, L, H, W).</returns>
    public override (Tensor Features, Tensor Depth, Tensor Confidences) forward(Tensor features, double threshold)
    {
        var map = embed.forward(features);                                       // (N, D, H, W)
        var partition = WindowPartition.Of(map, _window);
        var tokens = partition.Split(map);                                       // (windows, S², D)
        var scores = zeros(tokens.shape[0], tokens.shape[1], device: map.device);
        var depth = zeros_like(scores);
        var estimates = new Tensor[blocks.Count];
        for (var l = 0; l < blocks.Count; l++)
        {
            var mask = HaltingMask.From(scores, threshold);
            tokens = blocks[l].forward(tokens, partition.Images, mask);
            depth = mask is null ? depth + 1 : depth + mask.Live;
            estimates[l] = _policy.Estimate(l, tokens, partition);
            scores = _policy.Accumulate(scores, estimates[l]);
        }

        return (
            features + unembed.forward(partition.Merge(tokens)),
            partition.Merge(depth.unsqueeze(-1)),
            partition.Merge(stack(estimates, -1)));
    }

    /// <summary>The inference forward: compacted tokens, and no estimate after the last block or once every token has left.</summary>
    /// <param name="features">(N, C, H, W).</param>
    /// <param name="threshold">A token is halted once its halting score reaches this.</param>
    /// <param name="control">What to put in the place of the network's own policy; null: nothing.</param>
    public (Tensor Features, Tensor Depth) ForwardGathered(
        Tensor features, double threshold, Func<IHaltingPolicy, IHaltingPolicy>? control = null)
    {
        var policy = control is null ? _policy : control(_policy);
        var map = embed.forward(features);
        var partition = WindowPartition.Of(map, _window);
        var tokens = partition.Split(map);
        var scores = zeros(tokens.shape[0], tokens.shape[1], device: map.device);
        var depth = zeros_like(scores);
        for (var l = 0; l < blocks.Count; l++)
        {
            using var scope = NewDisposeScope();
            if (HaltingMask.From(scores, threshold) is not { } mask)
            {
                tokens = blocks[l].forward(tokens, partition.Images, null).MoveToOuterDisposeScope();
                depth.add_(1);
            }
            else
            {
                var live = mask.Live;
                if (!live.any().item<bool>())
                    break;
                blocks[l].ForwardGathered(tokens, partition.Images, mask);
                depth.add_(live);
            }

            if (l < blocks.Count - 1)
                scores = policy.Accumulate(scores, policy.Estimate(l, tokens, partition)).MoveToOuterDisposeScope();
        }

        return (features + unembed.forward(partition.Merge(tokens)), partition.Merge(depth.unsqueeze(-1)));
    }
}
