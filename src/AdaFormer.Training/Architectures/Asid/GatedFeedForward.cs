using TorchSharp.Modules;
using static TorchSharp.torch;

namespace AdaFormer.Training.Architectures;

/// <summary>The feed-forward part: two branches of a 1×1 and a depthwise 3×3 convolution, of which one gates the other.</summary>
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
