using AdaFormer.Training.Network;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace AdaFormer.Training.Architectures;

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
        positionIndex = tensor(LocalAttention.RelativePositions(window));
        (_heads, _area) = (heads, window * window);
        RegisterComponents();
    }

    /// <param name="windows">Normalised tokens, (windows, S², C).</param>
    /// <param name="mask">What to add to the scores, (windows, S², S²); null: nothing.</param>
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
