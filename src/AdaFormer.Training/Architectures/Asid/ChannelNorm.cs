using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace AdaFormer.Training.Architectures;

/// <summary>A layer norm over the channels of each pixel of an image.</summary>
internal sealed class ChannelNorm : nn.Module<Tensor, Tensor>
{
    private const double Epsilon = 1e-6;

    private readonly Parameter weight;
    private readonly Parameter bias;

    public ChannelNorm(int channels) : base(nameof(ChannelNorm))
    {
        (weight, bias) = (new Parameter(ones(channels)), new Parameter(zeros(channels)));
        RegisterComponents();
    }

    /// <summary>(N, C, H, W), the same shape.</summary>
    public override Tensor forward(Tensor image) =>
        nn.functional.layer_norm(image.permute(0, 2, 3, 1), weight.shape, weight, bias, Epsilon).permute(0, 3, 1, 2);
}
