using TorchSharp.Modules;
using static TorchSharp.torch;

namespace AdaFormer.Training.Architectures;

/// <summary>The layers of a block, a skip around them, and spatial attention.</summary>
internal sealed class AsidBlock : nn.Module<Tensor, IReadOnlyList<Tensor>?, (Tensor Image, IReadOnlyList<Tensor> Attention)>
{
    private readonly AsidLayers _layers;
    private readonly Conv2d res_end;
    private readonly SpatialAttention esa;

    /// <param name="c">The sizes.</param>
    /// <param name="first">Whether it computes its attention weights; its layers' names have one more level then.</param>
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
    /// <param name="given">The first block's attention weights; null where this is the first.</param>
    /// <returns>The same shape, and the attention weights that were used.</returns>
    public override (Tensor Image, IReadOnlyList<Tensor> Attention) forward(Tensor image, IReadOnlyList<Tensor>? given)
    {
        var (x, attention) = _layers.forward(image, given);
        return (esa.forward(res_end.forward(x) + image), attention);
    }
}
