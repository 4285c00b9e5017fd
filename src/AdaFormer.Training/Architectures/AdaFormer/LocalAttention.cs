using TorchSharp.Modules;
using static TorchSharp.torch;

namespace AdaFormer.Training.Architectures.AdaFormer;

/// <summary>The local branch: attention within windows with a relative position bias (Eq. 8, 9).</summary>
internal sealed class LocalAttention : nn.Module<Tensor, Tensor>
{
    private readonly Linear qkv;
    private readonly Parameter relative_position_bias_table;
    private readonly Tensor positionIndex;
    private readonly int _heads;
    private readonly long _tokens;

    public LocalAttention(int embed, int heads, int window) : base(nameof(LocalAttention))
    {
        qkv = nn.Linear(embed, 3 * embed);
        relative_position_bias_table = new Parameter(nn.init.trunc_normal_(empty((2 * window - 1) * (2 * window - 1), heads), std: 0.02));
        positionIndex = tensor(AttentionHeads.RelativePositions(window));
        _heads = heads;
        _tokens = window * window;
        RegisterComponents();
    }

    /// <param name="windows">Normalised tokens of the windows, (windows, S², D).</param>
    public override Tensor forward(Tensor windows)
    {
        var parts = qkv.forward(windows).split(windows.shape[^1] / _heads, -1);    // q, k, v of h heads each: 3h × (windows, S², D/h)
        var biases = relative_position_bias_table
            .index_select(0, positionIndex)                                        // (S⁴, h)
            .transpose(0, 1).reshape(_heads, _tokens, _tokens);                    // (h, S², S²)
        return AttentionHeads.Attend(parts[.._heads], parts[_heads..^_heads], parts[^_heads..], head => biases[head]);
    }
}
