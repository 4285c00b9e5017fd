using AdaFormer.Training.Network;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace AdaFormer.Training.Architectures;

/// <summary>A Swin Transformer block: X ← X + attention(norm(X)) in windows, shifted or not, then X ← X + MLP(norm(X)).</summary>
internal sealed class SwinBlock : nn.Module<Tensor, ShiftedWindows, Tensor>
{
    private readonly LayerNorm norm1;
    private readonly SwinAttention attn;
    private readonly LayerNorm norm2;
    private readonly FeedForward mlp;
    private readonly StochasticDepth _depth;
    private readonly double _dropped;
    private readonly bool _shifted;

    public SwinBlock(SwinIrConfiguration c, bool shifted, StochasticDepth depth) : base(nameof(SwinBlock))
    {
        norm1 = nn.LayerNorm(c.Channels);
        attn = new SwinAttention(c.Channels, c.Heads, c.Window);
        norm2 = nn.LayerNorm(c.Channels);
        mlp = new FeedForward(c.Channels, c.MlpRatio * c.Channels);
        (_depth, _dropped, _shifted) = (depth, depth.NextBlock(), shifted);
        RegisterComponents();
    }

    /// <summary>(N, H, W, C), the same shape.</summary>
    public override Tensor forward(Tensor tokens, ShiftedWindows windows)
    {
        using var scope = NewDisposeScope();
        var attended = attn.forward(windows.Split(norm1.forward(tokens), _shifted), _shifted ? windows.Mask : null);
        tokens += Kept(windows.Merge(attended, _shifted));
        return (tokens + Kept(mlp.forward(norm2.forward(tokens)))).MoveToOuterDisposeScope();
    }

    private Tensor Kept(Tensor update) => training ? _depth.Drop(update, _dropped) : update;
}
