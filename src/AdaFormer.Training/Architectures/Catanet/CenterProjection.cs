using TorchSharp.Modules;
using static TorchSharp.torch;

namespace AdaFormer.Training.Architectures;

/// <summary>The keys and values of the token centres.</summary>
internal sealed class CenterProjection : nn.Module<Tensor, (Tensor Keys, Tensor Values)>
{
    private readonly Linear to_k;
    private readonly Linear to_v;

    public CenterProjection(CatanetConfiguration c) : base(nameof(CenterProjection))
    {
        to_k = nn.Linear(c.Channels, c.QueryChannels, hasBias: false);
        to_v = nn.Linear(c.Channels, c.Channels, hasBias: false);
        RegisterComponents();
    }

    public override (Tensor Keys, Tensor Values) forward(Tensor centers) => (to_k.forward(centers), to_v.forward(centers));
}
