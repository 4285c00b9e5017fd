using AdaFormer.Export;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace AdaFormer.Training.Network;

/// <summary>
/// The transformer between encoder and decoder: L blocks on embedded tokens, each halting what needs no more work (Eq. 2, 5–7).
/// </summary>
internal sealed class TransformerBody : nn.Module<Tensor, double, BodyOutput>
{
    private readonly Conv2d embed;
    private readonly ModuleList<TransformerBlock> blocks;
    private readonly nn.Module? confidence;
    private readonly Conv2d unembed;
    private readonly IHaltingPolicy _policy;
    private readonly Ablation _ablation;
    private readonly int _window;
    private readonly int _stride;

    public TransformerBody(AdaFormerConfiguration c, Ablation ablation) : base(nameof(TransformerBody))
    {
        embed = nn.Conv2d(c.Channels, c.Embed, c.TokenStride, stride: c.TokenStride);
        blocks = new ModuleList<TransformerBlock>(
            Enumerable.Range(0, c.Blocks).Select(_ => new TransformerBlock(c, ablation.Branches)).ToArray());
        var estimators = ablation.HasEstimator ? new EstimatorSet(c.Embed, c.Blocks, ablation) : null;
        confidence = estimators?.Module;
        unembed = nn.Conv2d(c.Embed, c.TokenStride * c.TokenStride * c.Channels, 1);
        _policy = ablation.Exit switch
        {
            HaltingExit.Uniform => AssignedDepthPolicy.Uniform(ablation.ExitDepth),
            HaltingExit.Random => AssignedDepthPolicy.Random(ablation.ExitDepth, c.Blocks, ablation.ExitSeed),
            HaltingExit.Ponder => new PonderPolicy(),
            HaltingExit.Capacity => new CapacityPolicy(estimators!),
            _ => new ConfidencePolicy(estimators!),
        };
        _ablation = ablation;
        _window = c.Window;
        _stride = c.TokenStride;
        RegisterComponents();
    }

    /// <summary>The training forward.</summary>
    public override BodyOutput forward(Tensor features, double threshold)
    {
        var map = embed.forward(features);                                       // (N, D, H/t, W/t)
        var partition = WindowPartition.Of(map, _window);
        var tokens = partition.Split(map);                                       // (windows, S², D)
        var scores = zeros(tokens.shape[0], tokens.shape[1], device: map.device);
        var depth = zeros_like(scores);
        var estimates = new Tensor[blocks.Count];
        var exits = new List<Tensor>();
        var pondered = Pondered();
        for (var l = 0; l < blocks.Count; l++)
        {
            var mask = HaltingMask.From(scores, threshold, _ablation);
            tokens = blocks[l].forward(tokens, partition.Images, mask);
            depth = mask is null ? depth + 1 : depth + mask.Live;
            estimates[l] = _policy.Estimate(l, tokens, partition);
            scores = _policy.Accumulate(scores, estimates[l]);
            if (l < blocks.Count - 1)
                pondered?.Add(estimates[l], tokens);
            if (_ablation.Exit == HaltingExit.Capacity)
                exits.Add(Refine(features, tokens, partition));
        }

        return new BodyOutput(Refine(features, pondered?.Finish(tokens) ?? tokens, partition), partition.Merge(depth.unsqueeze(-1)))
        {
            Estimates = partition.Merge(stack(estimates, -1)),
            Exits = exits.Count > 0 ? exits : null,
        };
    }

    /// <summary>The inference forward: compacted tokens, and no estimate after the last block or once every token has left.</summary>
    /// <param name="features">(N, C, H, W).</param>
    /// <param name="threshold">A token is halted once its halting score reaches this.</param>
    /// <param name="control">What to put in the place of the network's own policy; null: nothing.</param>
    public BodyOutput ForwardGathered(Tensor features, double threshold, Func<IHaltingPolicy, IHaltingPolicy>? control)
    {
        var policy = control is null ? _policy : control(_policy);
        var map = embed.forward(features);
        var partition = WindowPartition.Of(map, _window);
        var tokens = partition.Split(map);
        var scores = zeros(tokens.shape[0], tokens.shape[1], device: map.device);
        var depth = zeros_like(scores);
        var kept = new List<KeptShare>();
        var pondered = Pondered();
        for (var l = 0; l < blocks.Count; l++)
        {
            using var scope = NewDisposeScope();
            if (HaltingMask.From(scores, threshold, _ablation) is not { } mask)
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
                pondered?.Add(estimates, tokens);
                pondered?.MoveToOuterDisposeScope();
            }
        }

        return new BodyOutput(Refine(features, pondered?.Finish(tokens) ?? tokens, partition), partition.Merge(depth.unsqueeze(-1)))
        {
            Kept = kept,
        };
    }

    private Tensor Refine(Tensor features, Tensor tokens, WindowPartition partition)
    {
        var map = unembed.forward(partition.Merge(tokens));                      // (N, t²C, H/t, W/t)
        return features + (_stride == 1 ? map : nn.functional.pixel_shuffle(map, _stride));
    }

    private PonderedTokens? Pondered() => _ablation.Exit == HaltingExit.Ponder ? new PonderedTokens() : null;
}
