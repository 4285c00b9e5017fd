using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace AdaFormer.Training.Architectures.Asid;

/// <summary>
/// ASID: Park, Soh and Cho, "Efficient Attention-Sharing Information Distillation Transformer for Lightweight Single Image
/// Super-Resolution", AAAI 2025, arXiv:2501.15774. The first block computes the attention weights of all.
/// </summary>
internal sealed class AsidNetwork : FeedForwardNetwork
{
    // The spatial attention needs 15 pixels.
    private const long LeastSide = 2 * PixelGroups.Side;

    private readonly Conv2d input;
    private readonly Conv2d output;
    private readonly Sequential up;
    private readonly AsidBlock[] _blocks;

    public AsidNetwork(AsidConfiguration c, int scale) : base(nameof(AsidNetwork), scale)
    {
        c.Validate();
        input = nn.Conv2d(3, c.Channels, 3, padding: 1);
        output = nn.Conv2d(c.Channels, c.Channels, 3, padding: 1);
        up = nn.Sequential(nn.Conv2d(c.Channels, 3 * scale * scale, 3, padding: 1), nn.PixelShuffle(scale));
        _blocks = [.. Enumerable.Range(0, c.Blocks).Select(index => new AsidBlock(c, first: index == 0))];
        RegisterComponents();
        foreach (var (index, block) in _blocks.Index())
            register_module($"block{index}", block);
    }

    public override bool IsUpsampler(string tensor) => tensor.StartsWith("up.", StringComparison.Ordinal);

    protected override Tensor Pad(Tensor images)
    {
        var (down, across) = (Missing(images.shape[2]), Missing(images.shape[3]));
        return down + across == 0 ? images : nn.functional.pad(images, (0, across, 0, down));
    }

    protected override Tensor Enlarge(Tensor images)
    {
        var shallow = input.forward(images);                                                // (N, C, H, W)
        var (x, attention) = _blocks[0].forward(shallow, null);
        foreach (var block in _blocks[1..])
            (x, _) = block.forward(x, attention);
        return up.forward(output.forward(x) + shallow);
    }

    private static long Missing(long length) =>
        Math.Max(LeastSide, (length + PixelGroups.Side - 1) / PixelGroups.Side * PixelGroups.Side) - length;
}

/// <summary>The layers of a block, a skip around them, and spatial attention.</summary>
internal sealed class AsidBlock : nn.Module<Tensor, IReadOnlyList<Tensor>?, (Tensor Image, IReadOnlyList<Tensor> Attention)>
{
    private readonly AsidLayers _layers;
    private readonly Conv2d res_end;
    private readonly SpatialAttention esa;

    /// <param name="c">The sizes.</param>
    /// <param name="first">Whether it computes the attention weights itself; its layers' names then have one more level.</param>
    public AsidBlock(AsidConfiguration c, bool first) : base(nameof(AsidBlock))
    {
        _layers = new AsidLayers(c.Channels, first);
        res_end = nn.Conv2d(c.Channels, c.Channels, 1);
        esa = new SpatialAttention(c.Channels, c.MaskChannels);
        register_module("residual_layer", first ? new ModuleList<AsidLayers>(_layers) : _layers);
        register_module(nameof(res_end), res_end);
        register_module(nameof(esa), esa);
    }

    /// <param name="image">(N, C, H, W).</param>
    /// <param name="given">The first block's attention weights; null for the first block.</param>
    /// <returns>The same shape, and the attention weights used.</returns>
    public override (Tensor Image, IReadOnlyList<Tensor> Attention) forward(Tensor image, IReadOnlyList<Tensor>? given)
    {
        var (x, attention) = _layers.forward(image, given);
        return (esa.forward(res_end.forward(x) + image), attention);
    }
}
