using TorchSharp.Modules;
using static TorchSharp.torch;

namespace AdaFormer.Training.Architectures.SwinIr;

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

/// <summary>Attention within windows with a relative position bias, and a projection.</summary>
internal sealed class SwinAttention : nn.Module<Tensor, Tensor?, Tensor>
{
    private readonly Linear qkv;
    private readonly Linear proj;
    private readonly Parameter relative_position_bias_table;
    private readonly Tensor positionIndex;
    private readonly int _heads;
    private readonly long _area;

    public SwinAttention(int channels, int heads, int window) : base(nameof(SwinAttention))
    {
        qkv = nn.Linear(channels, 3 * channels);
        proj = nn.Linear(channels, channels);
        var offsets = (2 * window - 1) * (2 * window - 1);
        relative_position_bias_table = new Parameter(nn.init.trunc_normal_(empty(offsets, heads), std: TransformerStart.Deviation));
        positionIndex = tensor(AttentionHeads.RelativePositions(window));
        (_heads, _area) = (heads, window * window);
        RegisterComponents();
    }

    /// <param name="windows">Normalised tokens, (windows, S², C).</param>
    /// <param name="mask">Added to the scores, (windows, S², S²); null: none.</param>
    /// <returns>(windows, S², C).</returns>
    public override Tensor forward(Tensor windows, Tensor? mask)
    {
        var parts = qkv.forward(windows).split(windows.shape[^1] / _heads, -1);             // q, k, v of h heads each: 3h × (windows, S², C/h)
        var biases = relative_position_bias_table
            .index_select(0, positionIndex)                                                 // (S⁴, h)
            .transpose(0, 1).reshape(_heads, _area, _area);                                 // (h, S², S²)
        return proj.forward(AttentionHeads.Attend(
            parts[.._heads], parts[_heads..^_heads], parts[^_heads..], head => mask is null ? biases[head] : biases[head] + mask));
    }
}
