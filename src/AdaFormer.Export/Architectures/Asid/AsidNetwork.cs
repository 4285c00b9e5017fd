using AdaFormer.Export.Onnx;
using AdaFormer.Export.Weights;

namespace AdaFormer.Export.Architectures.Asid;

/// <summary>Blocks of attention and information distillation, of which the first computes the attention weights of all.</summary>
internal sealed class AsidNetwork : FeedForwardNetwork
{
    private readonly int _channels;
    private readonly int _blocks;

    public AsidNetwork(int scale, int channels, int blocks, int maskChannels)
    {
        if (channels % 4 != 0)
            throw new WeightsFormatException($"Tensor 'input.weight' gives {channels} channels; expected a multiple of 4.");
        (_channels, _blocks) = (channels, blocks);
        Shapes = AsidShapes.Of(scale, channels, blocks, maskChannels);
        Description = new NetworkDescription
        {
            Architecture = "asid",
            Preset = (channels, blocks) switch
            {
                (48, 3) => "asid",
                (48, 8) => "asid-d8",
                _ => "custom",
            },
            Scale = scale,
            Parameters = CountParameters(),
            MultiplyAddsPerPixel = CountMultiplyAdds(AsidShapes.Share) + AttentionWork(),
            FeatureWidth = channels,
            BytesPerPixel = 8000,
            SizeMultiple = PixelGroups.Side,
            TileOverlap = 24,
        };
    }

    public override NetworkDescription Description { get; }

    public override IReadOnlyDictionary<string, long[]> Shapes { get; }

    protected override PaddingMode Edge => PaddingMode.Zero;

    // The spatial attention needs 15 pixels, and the size multiple is 8.
    protected override int MinimumSize => 2 * PixelGroups.Side;

    protected override Value Build(GraphBuilder graph, WeightSet weights, Value image)
    {
        var groups = new PixelGroups(graph, image);
        var shallow = weights.Convolution(graph, "input", image);
        var (x, attention) = new DistillationBlock(weights, "block0", "block0.residual_layer.0", _channels).Build(graph, groups, shallow, null);
        for (var block = 1; block < _blocks; block++)
            (x, _) = new DistillationBlock(weights, $"block{block}", $"block{block}.residual_layer", _channels).Build(graph, groups, x, attention);
        x = graph.Add(weights.Convolution(graph, "output", x), shallow);
        return graph.PixelShuffle(weights.Convolution(graph, "up.0", x), Description.Scale);
    }

    /// <summary>The products without weights: attention between pixels, whose weights are computed once, and between channels.</summary>
    private long AttentionWork()
    {
        long pixels = 2 * PixelGroups.Area * (_channels + (_channels / 2)), between = 4L * _channels * _channels;
        return (pixels * (_blocks + 1)) + (between * _blocks);
    }
}

/// <summary>
/// ASID (Park, Soh and Cho, "Efficient Attention-Sharing Information Distillation Transformer for Lightweight Single Image Super-Resolution",
/// AAAI 2025, arXiv:2501.15774), with three blocks, and with eight as ASID-D8.
/// </summary>
internal sealed class AsidArchitecture : IArchitecture
{
    public string Name => "asid";

    public Network? Recognize(Checkpoint checkpoint) =>
        checkpoint.Has("block0.residual_layer.0.SLA1.attn.to_qkv.weight", "block0.residual_layer.0.SGA1.attn.rel_pos_bias.weight", "input.weight", "up.0.weight")
            ? new AsidNetwork(
                checkpoint.PixelShuffleScale("up.0.weight"),
                checkpoint.Extent("input.weight", 0),
                checkpoint.Count("block{0}.res_end.weight"),
                checkpoint.Extent("block0.esa.conv1.weight", 0))
            : null;
}
