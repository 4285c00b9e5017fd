using TorchSharp.Modules;
using static TorchSharp.torch;

namespace AdaFormer.Training.Architectures;

/// <summary>Self-attention within patches.</summary>
internal sealed class PatchAttention : nn.Module<Tensor, Tensor>
{
    private readonly Linear to_q;
    private readonly Linear to_k;
    private readonly Linear to_v;
    private readonly Linear proj;

    public PatchAttention(CatanetConfiguration c) : base(nameof(PatchAttention))
    {
        to_q = nn.Linear(c.Channels, c.QueryChannels, hasBias: false);
        to_k = nn.Linear(c.Channels, c.QueryChannels, hasBias: false);
        to_v = nn.Linear(c.Channels, c.Channels, hasBias: false);
        proj = nn.Linear(c.Channels, c.Channels, hasBias: false);
        RegisterComponents();
    }

    /// <summary>(patches, tokens, C), the same shape.</summary>
    public override Tensor forward(Tensor patches) =>
        proj.forward(HeadAttention.Of(to_q.forward(patches), to_k.forward(patches), to_v.forward(patches)));
}
