using AdaFormer.Export.Onnx;
using AdaFormer.Export.Weights;

namespace AdaFormer.Export.Architectures.Rlfn;

/// <summary>Blocks of three convolutions and a spatial attention, with one skip around all blocks, on pictures from 0 to 255.</summary>
internal sealed class RlfnNetwork : FeedForwardNetwork
{
    private const float Slope = 0.05f;
    private const float Range = 255;
    private readonly int _blocks;

    public RlfnNetwork(int scale, int channels, int hidden, int attention, int blocks)
    {
        _blocks = blocks;
        var shapes = new LayerShapes();
        shapes.Convolution("conv_1", 3, channels, 3);
        for (var block = 1; block <= blocks; block++)
        {
            var name = $"block_{block}";
            shapes.Convolution($"{name}.c1_r", channels, hidden, 3);
            shapes.Convolution($"{name}.c2_r", hidden, hidden, 3);
            shapes.Convolution($"{name}.c3_r", hidden, channels, 3);
            shapes.Convolution($"{name}.c5", channels, channels, 1);
            shapes.Convolution($"{name}.esa.conv1", channels, attention, 1);
            shapes.Convolution($"{name}.esa.conv2", attention, attention, 3);
            shapes.Convolution($"{name}.esa.conv3", attention, attention, 3);
            shapes.Convolution($"{name}.esa.conv_f", attention, attention, 1);
            shapes.Convolution($"{name}.esa.conv4", attention, channels, 1);
        }

        shapes.Convolution("conv_2", channels, channels, 3);
        shapes.Convolution("upsampler.0", channels, 3 * scale * scale, 3);
        Shapes = shapes;
        Description = new NetworkDescription
        {
            Architecture = "rlfn",
            Preset = (blocks, channels) switch { (6, 52) => "rlfn", (6, 48) => "rlfn-s", _ => "custom" },
            Scale = scale,
            Parameters = CountParameters(),
            MultiplyAddsPerPixel = CountMultiplyAdds(tensor =>
                tensor.Contains(".esa.conv2.", StringComparison.Ordinal) ? SpatialAttention.HalvedShare
                : tensor.Contains(".esa.conv3.", StringComparison.Ordinal) ? SpatialAttention.PooledShare : 1),
            FeatureWidth = channels,
            BytesPerPixel = 34 * Math.Max(channels, hidden),
            TileOverlap = 32,
        };
    }

    public override NetworkDescription Description { get; }

    public override IReadOnlyDictionary<string, long[]> Shapes { get; }

    protected override int MinimumSize => SpatialAttention.MinimumSize;

    protected override Value Build(GraphBuilder graph, WeightSet weights, Value image)
    {
        var head = weights.Convolution(graph, "conv_1", graph.Mul(image, graph.Scalar(Range)));
        var x = head;
        for (var block = 1; block <= _blocks; block++)
            x = Block(graph, weights, $"block_{block}", x);
        x = graph.Add(weights.Convolution(graph, "conv_2", x), head);
        x = graph.Mul(weights.Convolution(graph, "upsampler.0", x), graph.Scalar(1 / Range));
        return graph.PixelShuffle(x, Description.Scale);
    }

    private static Value Block(GraphBuilder graph, WeightSet weights, string name, Value x)
    {
        var y = x;
        foreach (var layer in new[] { "c1_r", "c2_r", "c3_r" })
            y = graph.LeakyRelu(weights.Convolution(graph, $"{name}.{layer}", y), Slope);
        y = weights.Convolution(graph, $"{name}.c5", graph.Add(y, x));
        return SpatialAttention.Build(
            graph, weights, $"{name}.esa", y,
            halve: reduced => weights.Convolution(graph, $"{name}.esa.conv2", reduced, stride: 2, padding: 0),
            refine: pooled => weights.Convolution(graph, $"{name}.esa.conv3", pooled));
    }
}

/// <summary>RLFN (Kong et al., "Residual Local Feature Network for Efficient Super-Resolution", CVPR workshops 2022).</summary>
internal sealed class RlfnArchitecture : IArchitecture
{
    public string Name => "rlfn";

    public Network? Recognize(Checkpoint checkpoint) => checkpoint.Has("conv_1.weight", "block_1.c1_r.weight", "block_1.esa.conv_f.weight", "upsampler.0.weight")
        ? new RlfnNetwork(
            checkpoint.PixelShuffleScale("upsampler.0.weight"),
            checkpoint.Extent("conv_1.weight", 0),
            checkpoint.Extent("block_1.c1_r.weight", 0),
            checkpoint.Extent("block_1.esa.conv1.weight", 0),
            checkpoint.Count("block_{0}.c1_r.weight", first: 1))
        : null;
}
