using AdaFormer.Export.Onnx;
using AdaFormer.Export.Weights;

namespace AdaFormer.Export.Architectures.Span;

/// <summary>
/// SPAN's blocks with ReLU and a learned map in place of the attention, and the picture itself beside their features, each of its colours spread over the
/// places of an enlarged pixel.
/// </summary>
internal sealed class SpanV2Network : FeedForwardNetwork
{
    private readonly int _blocks;

    public SpanV2Network(int scale, int channels, int blocks)
    {
        _blocks = blocks;
        var places = 3 * scale * scale;
        var shapes = new LayerShapes();
        for (var block = 1; block <= blocks; block++)
        {
            for (var number = 1; number <= 3; number++)
                shapes.Convolution($"block_{block}.c{number}.conv", (block, number) == (1, 1) ? 3 : channels, channels, 3, bias: false);
            if (block > 1)
                shapes.Convolution($"block_{block}.guidance_map_conv", channels, channels, 1);
        }

        shapes.Convolution("conv_near", 3, places, 3, groups: 3, bias: false);
        shapes.Convolution("depthwise_conv", places + channels, places + channels, 3, groups: places + channels, bias: false);
        shapes.Convolution("pointwise_conv", places + channels, places, 1, bias: false);
        Shapes = shapes;
        Description = new NetworkDescription
        {
            Architecture = "spanv2",
            Preset = (channels, blocks) == (32, 5) ? "32" : "custom",
            Scale = scale,
            Parameters = CountParameters(),
            MultiplyAddsPerPixel = CountMultiplyAdds(),
            FeatureWidth = channels,
            BytesPerPixel = 24 * (places + channels),
            TileOverlap = (3 * blocks) + 1, // each convolution sees one pixel farther
        };
    }

    public override NetworkDescription Description { get; }

    public override IReadOnlyDictionary<string, long[]> Shapes { get; }

    protected override Value Build(GraphBuilder graph, WeightSet weights, Value image)
    {
        var x = image;
        for (var block = 1; block <= _blocks; block++)
        {
            var inner = graph.Relu(weights.Convolution(graph, $"block_{block}.c1.conv", x));
            inner = graph.Relu(weights.Convolution(graph, $"block_{block}.c2.conv", inner));
            inner = weights.Convolution(graph, $"block_{block}.c3.conv", inner);
            x = block == 1 ? graph.Relu(inner) : graph.Mul(graph.Add(x, inner), weights.Convolution(graph, $"block_{block}.guidance_map_conv", inner));
        }

        var near = weights.Convolution(graph, "conv_near", image, groups: 3);
        var channels = Description.FeatureWidth + (3 * Description.Scale * Description.Scale);
        var mixed = weights.Convolution(graph, "depthwise_conv", graph.Concat(1, near, x), groups: channels);
        return graph.PixelShuffle(weights.Convolution(graph, "pointwise_conv", mixed), Description.Scale);
    }
}

/// <summary>SPANv2 (NTIRE 2026 challenge on efficient super-resolution, team 22, XiaomiMM), in its form for inference.</summary>
internal sealed class SpanV2Architecture : IArchitecture
{
    public string Name => "spanv2";

    public Network? Recognize(Checkpoint checkpoint) =>
        checkpoint.Has("block_1.c1.conv.weight", "block_2.guidance_map_conv.weight", "conv_near.weight", "depthwise_conv.weight", "pointwise_conv.weight")
            ? new SpanV2Network(
                checkpoint.PixelShuffleScale("conv_near.weight"),
                checkpoint.Extent("block_1.c1.conv.weight", 0),
                checkpoint.Count("block_{0}.c1.conv.weight", 1))
            : null;
}
