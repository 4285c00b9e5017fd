using TorchSharp.Modules;
using static TorchSharp.torch;

namespace AdaFormer.Training.Architectures;

/// <summary>The norm that pixels go through to become tokens; its name in checkpoints is two levels deep.</summary>
internal sealed class SwinPatchNorm : nn.Module<Tensor, Tensor>
{
    private readonly LayerNorm norm;

    public SwinPatchNorm(int channels) : base(nameof(SwinPatchNorm))
    {
        norm = nn.LayerNorm(channels);
        RegisterComponents();
    }

    public override Tensor forward(Tensor tokens) => norm.forward(tokens);
}
