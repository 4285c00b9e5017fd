using TorchSharp.Modules;
using static TorchSharp.torch;

namespace AdaFormer.Training.Architectures.Catanet;

/// <summary>The feed-forward part: two linear layers with a residual depthwise 5×5 convolution between them.</summary>
internal sealed class ConvFeedForward : nn.Module<Tensor, Tensor>
{
    private readonly Linear fc1;
    private readonly Depthwise dwconv;
    private readonly Linear fc2;

    public ConvFeedForward(int channels, int hidden) : base(nameof(ConvFeedForward))
    {
        fc1 = nn.Linear(channels, hidden);
        dwconv = new Depthwise(hidden);
        fc2 = nn.Linear(hidden, channels);
        RegisterComponents();
    }

    /// <summary>(N, H, W, C), the same shape.</summary>
    public override Tensor forward(Tensor tokens)
    {
        var hidden = ImageGelu.Of(fc1.forward(tokens));
        return fc2.forward(hidden + dwconv.forward(hidden.permute(0, 3, 1, 2)).permute(0, 2, 3, 1));
    }

    private sealed class Depthwise : nn.Module<Tensor, Tensor>
    {
        private readonly Sequential depthwise_conv;

        public Depthwise(int channels) : base(nameof(Depthwise))
        {
            depthwise_conv = nn.Sequential(nn.Conv2d(channels, channels, 5, padding: 2, groups: channels), new ImageGelu());
            RegisterComponents();
        }

        public override Tensor forward(Tensor image) => depthwise_conv.forward(image);
    }
}

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
