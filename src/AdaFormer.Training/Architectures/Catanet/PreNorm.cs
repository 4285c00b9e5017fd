using TorchSharp.Modules;
using static TorchSharp.torch;

namespace AdaFormer.Training.Architectures;

/// <summary>A layer norm before a layer on tokens.</summary>
internal sealed class PreNorm : nn.Module<Tensor, Tensor>
{
    private readonly LayerNorm norm;
    private readonly nn.Module<Tensor, Tensor> fn;

    public PreNorm(int channels, nn.Module<Tensor, Tensor> layer) : base(nameof(PreNorm))
    {
        norm = nn.LayerNorm(channels);
        fn = layer;
        RegisterComponents();
    }

    public override Tensor forward(Tensor tokens) => fn.forward(norm.forward(tokens));
}
