using AdaFormer.Export.Architectures.Catanet;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace AdaFormer.Training.Architectures.Catanet;

/// <summary>
/// CATANet: Liu et al., "CATANet: Efficient Content-Aware Token Aggregation for Lightweight Image Super-Resolution", CVPR 2025,
/// arXiv:2503.06896. Blocks of token aggregation and of attention within patches; the bilinear picture is added at the end.
/// </summary>
internal sealed class CatanetNetwork : FeedForwardNetwork
{
    private const double NegativeSlope = 0.1;

    private readonly Conv2d first_conv;
    private readonly ModuleList<CatanetBlock> blocks;
    private readonly ModuleList<Conv2d> mid_convs;
    private readonly Conv2d? upconv;
    private readonly Conv2d? upconv1;
    private readonly Conv2d? upconv2;
    private readonly Conv2d last_conv;

    public CatanetNetwork(CatanetConfiguration configuration, int scale) : base(nameof(CatanetNetwork), scale)
    {
        configuration.Validate();
        var c = configuration.At(scale);
        first_conv = Convolution(3, c.Channels);
        blocks = new ModuleList<CatanetBlock>(Enumerable.Range(0, c.Centers.Count).Select(index => new CatanetBlock(c, index)).ToArray());
        mid_convs = new ModuleList<Conv2d>(c.Centers.Select(_ => Convolution(c.Channels, c.Channels)).ToArray());
        if (scale == 4)
            (upconv1, upconv2) = (Convolution(c.Channels, 4 * c.Channels), Convolution(c.Channels, 4 * c.Channels));
        else
            upconv = Convolution(c.Channels, scale * scale * c.Channels);
        last_conv = Convolution(c.Channels, 3);
        RegisterComponents();
        this.StartLinearLayersSmall();
    }

    public override IEnumerable<(string Name, Tensor Tensor)> Buffers => named_buffers();

    public override bool IsUpsampler(string tensor) => tensor.StartsWith("upconv", StringComparison.Ordinal);

    protected override Tensor Pad(Tensor images) => images;

    protected override Tensor Enlarge(Tensor images)
    {
        var shallow = first_conv.forward(images);                                           // (N, C, H, W)
        var x = shallow;
        foreach (var (block, convolution) in blocks.Zip(mid_convs))
            x += convolution.forward(block.forward(x.permute(0, 2, 3, 1)).permute(0, 3, 1, 2));
        x += shallow;
        x = Scale == 4 ? Upsampled(upconv2!, Upsampled(upconv1!, x, 2), 2) : Upsampled(upconv!, x, Scale);
        return last_conv.forward(x) + FeatureMaps.Bilinear(images, Scale);
    }

    private static Tensor Upsampled(Conv2d convolution, Tensor x, int scale) =>
        nn.functional.leaky_relu(nn.functional.pixel_shuffle(convolution.forward(x), scale), NegativeSlope);

    private static Conv2d Convolution(int inputs, int outputs) => nn.Conv2d(inputs, outputs, 3, padding: 1);
}

/// <summary>Token aggregation over the whole image, then attention within patches. Names in checkpoints are numbers here.</summary>
internal sealed class CatanetBlock : nn.Module<Tensor, Tensor>
{
    private readonly TokenAggregation _global;
    private readonly PatchLayers _local;

    public CatanetBlock(CatanetSizes c, int index) : base(nameof(CatanetBlock))
    {
        (_global, _local) = (new TokenAggregation(c, index), new PatchLayers(c, index));
        register_module("0", _global);
        register_module("1", _local);
    }

    /// <summary>(N, H, W, C), the same shape.</summary>
    public override Tensor forward(Tensor tokens) => _local.forward(_global.forward(tokens));
}
