using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace AdaFormer.Training.Architectures.Asid;

/// <summary>The feed-forward part: two branches of a 1×1 and a depthwise 3×3 convolution, one of which gates the other.</summary>
internal sealed class GatedFeedForward : nn.Module<Tensor, Tensor>
{
    private readonly Conv2d project_in;
    private readonly Conv2d dwconv;
    private readonly Conv2d project_out;

    public GatedFeedForward(int channels) : base(nameof(GatedFeedForward))
    {
        project_in = nn.Conv2d(channels, 2 * channels, 1, bias: false);
        dwconv = nn.Conv2d(2 * channels, 2 * channels, 3, padding: 1, groups: 2 * channels, bias: false);
        project_out = nn.Conv2d(channels, channels, 1, bias: false);
        RegisterComponents();
    }

    /// <summary>(N, C, H, W), the same shape.</summary>
    public override Tensor forward(Tensor image)
    {
        var branches = dwconv.forward(project_in.forward(image)).chunk(2, 1);
        return project_out.forward(ImageGelu.Of(branches[0]) * branches[1]);
    }
}

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
