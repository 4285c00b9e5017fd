using AdaFormer.Export;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace AdaFormer.Training.Architectures.AdaFormer;

/// <summary>
/// The transformer between encoder and decoder: L blocks on embedded tokens, each halting the tokens that need no more work (Eq. 2, 5–7).
/// </summary>
internal sealed class TransformerBody : nn.Module<Tensor, double, BodyOutput>
{
    private readonly Conv2d embed;
    private readonly ModuleList<TransformerBlock> blocks;
    private readonly nn.Module? confidence;
    private readonly Conv2d unembed;
    private readonly int _window;
    private readonly int _stride;

    /// <param name="c">The sizes.</param>
    /// <param name="policy">Creates the halting policy.</param>
    /// <param name="globalBranch">Whether blocks have a global branch.</param>
    public TransformerBody(AdaFormerConfiguration c, Func<AdaFormerConfiguration, IHaltingPolicy> policy, bool globalBranch) : base(nameof(TransformerBody))
    {
        embed = nn.Conv2d(c.Channels, c.Embed, c.TokenStride, stride: c.TokenStride);
        blocks = new ModuleList<TransformerBlock>(
            Enumerable.Range(0, c.Blocks).Select(_ => new TransformerBlock(c, globalBranch)).ToArray());
        Policy = policy(c);
        confidence = Policy.Estimator;
        unembed = nn.Conv2d(c.Embed, c.TokenStride * c.TokenStride * c.Channels, 1);
        _window = c.Window;
        _stride = c.TokenStride;
        RegisterComponents();
    }

    /// <summary>The halting policy.</summary>
    public IHaltingPolicy Policy { get; }

    /// <summary>The training forward pass.</summary>
    public override BodyOutput forward(Tensor features, double threshold)
    {
        var map = embed.forward(features);                                       // (N, D, H/t, W/t)
        var partition = WindowPartition.Of(map, _window);
        var tokens = partition.Split(map);                                       // (windows, S², D)
        var scores = zeros(tokens.shape[0], tokens.shape[1], device: map.device);
        var depth = zeros_like(scores);
        var estimates = new Tensor[blocks.Count];
        var exits = Policy.LearnsFromExits ? new List<Tensor>() : null;
        var sum = Policy.BeginSum();
        for (var l = 0; l < blocks.Count; l++)
        {
            var mask = Policy.Mask(scores, threshold);
            tokens = blocks[l].forward(tokens, partition.Images, mask);
            depth = mask is null ? depth + 1 : depth + mask.Live;
            estimates[l] = Policy.Estimate(l, tokens, partition);
            scores = Policy.Accumulate(scores, estimates[l]);
            if (l < blocks.Count - 1)
                sum?.Add(estimates[l], tokens);
            exits?.Add(Refine(features, tokens, partition));
        }

        return new BodyOutput(Refine(features, sum?.Finish(tokens) ?? tokens, partition), partition.Merge(depth.unsqueeze(-1)))
        {
            Estimates = partition.Merge(stack(estimates, -1)),
            Exits = exits,
        };
    }

    /// <summary>The inference forward pass: compacted tokens, and no estimate after the last block or once every token has halted.</summary>
    /// <param name="features">(N, C, H, W).</param>
    /// <param name="threshold">A token is halted once its halting score reaches this.</param>
    /// <param name="control">Replaces the network's own policy; null: no replacement.</param>
    public BodyOutput ForwardGathered(Tensor features, double threshold, Func<IHaltingPolicy, IHaltingPolicy>? control)
    {
        var policy = control is null ? Policy : control(Policy);
        var map = embed.forward(features);
        var partition = WindowPartition.Of(map, _window);
        var tokens = partition.Split(map);
        var scores = zeros(tokens.shape[0], tokens.shape[1], device: map.device);
        var depth = zeros_like(scores);
        var kept = new List<KeptShare>();
        var sum = policy.BeginSum();
        for (var l = 0; l < blocks.Count; l++)
        {
            using var scope = NewDisposeScope();
            if (policy.Mask(scores, threshold) is not { } mask)
            {
                tokens = blocks[l].forward(tokens, partition.Images, null).MoveToOuterDisposeScope();
                depth.add_(1);
                kept.Add(KeptShare.All);
            }
            else
            {
                var live = mask.Live;
                if (!live.any().item<bool>())
                    break;
                blocks[l].ForwardGathered(tokens, partition.Images, mask);
                depth.add_(live);
                kept.Add(KeptShare.Of(mask));
            }

            if (l < blocks.Count - 1)
            {
                var estimates = policy.Estimate(l, tokens, partition);
                scores = policy.Accumulate(scores, estimates).MoveToOuterDisposeScope();
                sum?.Add(estimates, tokens);
                sum?.MoveToOuterDisposeScope();
            }
        }

        return new BodyOutput(Refine(features, sum?.Finish(tokens) ?? tokens, partition), partition.Merge(depth.unsqueeze(-1)))
        {
            Kept = kept,
        };
    }

    private Tensor Refine(Tensor features, Tensor tokens, WindowPartition partition)
    {
        var map = unembed.forward(partition.Merge(tokens));                      // (N, t²C, H/t, W/t)
        return features + (_stride == 1 ? map : nn.functional.pixel_shuffle(map, _stride));
    }
}

/// <summary>The body's output.</summary>
/// <param name="Features">Refined features, (N, C, H, W).</param>
/// <param name="Depth">Halting depth of the tokens, (N, 1, H/t, W/t).</param>
internal sealed record BodyOutput(Tensor Features, Tensor Depth)
{
    /// <summary>In training: the policy's estimates after each block, (N, L, H/t, W/t).</summary>
    public Tensor? Estimates { get; init; }

    /// <summary>In training, if the policy learns from them: the features after each block.</summary>
    public IReadOnlyList<Tensor>? Exits { get; init; }

    /// <summary>At inference: the shares that each executed block kept.</summary>
    public IReadOnlyList<KeptShare>? Kept { get; init; }
}
