using AdaFormer.Training.Network;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace AdaFormer.Training.Architectures;

/// <summary>Self-attention of one head with a relative position bias. The first block computes its weights, the others are handed them.</summary>
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
            positionIndex = tensor(LocalAttention.RelativePositions(Side));
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
