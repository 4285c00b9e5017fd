using TorchSharp.Modules;
using static TorchSharp.torch;

namespace AdaFormer.Training.Architectures.Asid;

/// <summary>The convolutional block: 1×1, depthwise 3×3, squeeze and excitation over the whole image, 1×1, and the input added.</summary>
internal sealed class LocalBlock : nn.Module<Tensor, Tensor>
{
    private readonly Residual net;

    public LocalBlock(int channels) : base(nameof(LocalBlock))
    {
        net = new Residual(nn.Sequential(
            nn.Conv2d(channels, channels, 1),
            new ImageGelu(),
            nn.Conv2d(channels, channels, 3, padding: 1, groups: channels),
            new ImageGelu(),
            new SqueezeExcitation(channels),
            nn.Conv2d(channels, channels, 1)));
        RegisterComponents();
    }

    /// <summary>(N, C, H, W), the same shape.</summary>
    public override Tensor forward(Tensor image) => net.forward(image);

    private sealed class Residual : nn.Module<Tensor, Tensor>
    {
        private readonly Sequential fn;

        public Residual(Sequential layers) : base(nameof(Residual))
        {
            fn = layers;
            RegisterComponents();
        }

        public override Tensor forward(Tensor image) => fn.forward(image) + image;
    }

    private sealed class SqueezeExcitation : nn.Module<Tensor, Tensor>
    {
        private readonly Sequential gate;

        public SqueezeExcitation(int channels) : base(nameof(SqueezeExcitation))
        {
            gate = nn.Sequential(
                ("1", nn.Linear(channels, channels / 4, hasBias: false)),
                ("2", nn.SiLU()),
                ("3", nn.Linear(channels / 4, channels, hasBias: false)),
                ("4", nn.Sigmoid()));
            RegisterComponents();
        }

        public override Tensor forward(Tensor image) => image * gate.forward(image.mean([2, 3])).unsqueeze(-1).unsqueeze(-1);
    }
}
