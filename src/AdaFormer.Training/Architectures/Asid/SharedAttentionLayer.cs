using TorchSharp.Modules;
using static TorchSharp.torch;

namespace AdaFormer.Training.Architectures;

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
    /// <param name="given">The first block's attention weights; null where this is the first.</param>
    public override (Tensor Image, Tensor Attention) forward(Tensor image, Tensor? given)
    {
        using var scope = NewDisposeScope();
        var groups = PixelGroups.Split(image, _reach);                                      // (groups, 64, C)
        var (update, attention) = attn.forward(norm.forward(groups), given);
        var x = PixelGroups.Merge(groups + update, image, _reach);
        return ((x + gfn.forward(cnorm.forward(x))).MoveToOuterDisposeScope(), given ?? attention.MoveToOuterDisposeScope());
    }
}
