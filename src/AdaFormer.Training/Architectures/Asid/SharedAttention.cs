using TorchSharp.Modules;
using static TorchSharp.torch;

namespace AdaFormer.Training.Architectures.Asid;

/// <summary>X ← X + attention(norm(X)) within groups of 64 pixels, then X ← X + feed-forward(norm(X)).</summary>
internal sealed class SharedAttentionLayer : nn.Module<Tensor, Tensor?, (Tensor Image, Tensor Attention)>
{
    private readonly LayerNorm norm;
    private readonly SharedAttention attn;
    private readonly ChannelNorm cnorm;
    private readonly GatedFeedForward gfn;
    private readonly Reach _reach;

    public SharedAttentionLayer(int channels, Reach reach, bool first) : base(nameof(SharedAttentionLayer))
    {
        norm = nn.LayerNorm(channels);
        attn = new SharedAttention(channels, first);
        cnorm = new ChannelNorm(channels);
        gfn = new GatedFeedForward(channels);
        _reach = reach;
        RegisterComponents();
    }

    /// <param name="image">(N, C, H, W).</param>
    /// <param name="given">The first block's attention weights; null for the first block.</param>
    public override (Tensor Image, Tensor Attention) forward(Tensor image, Tensor? given)
    {
        using var scope = NewDisposeScope();
        var groups = PixelGroups.Split(image, _reach);                                      // (groups, 64, C)
        var (update, attention) = attn.forward(norm.forward(groups), given);
        var x = PixelGroups.Merge(groups + update, image, _reach);
        return ((x + gfn.forward(cnorm.forward(x))).MoveToOuterDisposeScope(), given ?? attention.MoveToOuterDisposeScope());
    }
}

/// <summary>Single-head self-attention with a relative position bias. The first block computes the attention weights, the others reuse them.</summary>
internal sealed class SharedAttention : nn.Module<Tensor, Tensor?, (Tensor Tokens, Tensor Attention)>
{
    private const int Side = (int)PixelGroups.Side;

    private readonly Linear? to_qkv;
    private readonly Linear? to_v;
    private readonly Embedding? rel_pos_bias;
    private readonly Sequential to_out;
    private readonly Tensor? positionIndex;

    public SharedAttention(int channels, bool first) : base(nameof(SharedAttention))
    {
        if (first)
        {
            to_qkv = nn.Linear(channels, 3 * channels, hasBias: false);
            rel_pos_bias = nn.Embedding((2 * Side - 1) * (2 * Side - 1), 1);
            positionIndex = tensor(AttentionHeads.RelativePositions(Side));
        }
        else
        {
            to_v = nn.Linear(channels, channels, hasBias: false);
        }

        to_out = nn.Sequential(nn.Linear(channels, channels, hasBias: false));
        RegisterComponents();
    }

    /// <param name="groups">Normalised, (groups, 64, C).</param>
    /// <param name="given">The weights (groups, 64, 64); null: computes them.</param>
    public override (Tensor Tokens, Tensor Attention) forward(Tensor groups, Tensor? given)
    {
        if (given is not null)
            return (to_out.forward(given.bmm(to_v!.forward(groups))), given);
        var (area, channels) = (groups.shape[1], groups.shape[2]);
        var parts = to_qkv!.forward(groups).split(channels, -1);                            // q, k, v: 3 × (groups, 64, C)
        var bias = rel_pos_bias!.forward(positionIndex!).view(area, area);
        var attention = ((parts[0] * (1 / Math.Sqrt(channels))).bmm(parts[1].transpose(1, 2)) + bias).softmax(-1);
        return (to_out.forward(attention.bmm(parts[2])), attention);
    }
}
