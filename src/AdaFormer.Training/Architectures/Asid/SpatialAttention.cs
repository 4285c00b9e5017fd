using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace AdaFormer.Training.Architectures.Asid;

/// <summary>Enhanced spatial attention (ESA): few channels, a small image, and a mask between 0 and 1 for every pixel and channel.</summary>
internal sealed class SpatialAttention : nn.Module<Tensor, Tensor>
{
    private readonly Conv2d conv1;
    private readonly Conv2d conv_f;
    private readonly Conv2d conv2;
    private readonly Conv2d conv3;
    private readonly Conv2d conv4;

    public SpatialAttention(int channels, int maskChannels) : base(nameof(SpatialAttention))
    {
        conv1 = nn.Conv2d(channels, maskChannels, 1);
        conv_f = nn.Conv2d(maskChannels, maskChannels, 1);
        conv2 = nn.Conv2d(maskChannels, maskChannels, 3, stride: 2);
        conv3 = nn.Conv2d(maskChannels, maskChannels, 3, padding: 1);
        conv4 = nn.Conv2d(maskChannels, channels, 1);
        RegisterComponents();
    }

    /// <summary>(N, C, H, W) with sides of at least 15 pixels, the same shape.</summary>
    public override Tensor forward(Tensor image)
    {
        var reduced = conv1.forward(image);
        var pooled = conv3.forward(nn.functional.max_pool2d(conv2.forward(reduced), 7, stride: 3));
        var enlarged = nn.functional.interpolate(pooled, [image.shape[2], image.shape[3]], mode: InterpolationMode.Bilinear, align_corners: false);
        return image * conv4.forward(conv_f.forward(reduced) + enlarged).sigmoid();
    }
}
