using AdaFormer.Export.Onnx;
using AdaFormer.Export.Weights;

namespace AdaFormer.Export.Architectures.Etds;

/// <summary>A sequence of convolutions, each followed by a ReLU, and a pixel shuffle.</summary>
internal sealed class EtdsNetwork : FeedForwardNetwork
{
    private readonly int _blocks;

    public EtdsNetwork(int scale, int channels, int blocks)
    {
        _blocks = blocks;
        var outputs = 3 * scale * scale;
        var shapes = new LayerShapes();
        shapes.Convolution("conv_first", 3, channels, 3);
        for (var block = 0; block < blocks; block++)
            shapes.Convolution($"backbone_convs.{block}", channels, channels, 3);
        shapes.Convolution("conv_last", channels, outputs, 3);
        shapes.Convolution("conv_clip", outputs, outputs, 1);
        Shapes = shapes;
        Description = new NetworkDescription
        {
            Architecture = "etds",
            Preset = (blocks, channels) == (7, 48) ? "l" : "custom",
            Scale = scale,
            Parameters = CountParameters(),
            MultiplyAddsPerPixel = CountMultiplyAdds(),
            FeatureWidth = channels,
            BytesPerPixel = 16 * Math.Max(channels, outputs),
            TileOverlap = blocks + 2, // each 3×3 convolution adds one pixel to the receptive field
        };
    }

    public override NetworkDescription Description { get; }

    public override IReadOnlyDictionary<string, long[]> Shapes { get; }

    protected override Value Build(GraphBuilder graph, WeightSet weights, Value image)
    {
        var x = graph.Relu(weights.Convolution(graph, "conv_first", image));
        for (var block = 0; block < _blocks; block++)
            x = graph.Relu(weights.Convolution(graph, $"backbone_convs.{block}", x));
        x = graph.Relu(weights.Convolution(graph, "conv_last", x));
        x = graph.Relu(weights.Convolution(graph, "conv_clip", x)); // undoes the shift that kept the picture's stream positive
        return graph.PixelShuffle(x, Description.Scale);
    }
}

/// <summary>
/// ETDS (Chao et al., "Equivalent Transformation and Dual Stream Network Construction for Mobile Image Super-Resolution", CVPR 2023) in its
/// plain form for inference, into which its two streams are merged after training.
/// </summary>
internal sealed class EtdsArchitecture : IArchitecture
{
    public string Name => "etds";

    public Network? Recognize(Checkpoint checkpoint) => checkpoint.Has("conv_first.weight", "backbone_convs.0.weight", "conv_last.weight", "conv_clip.weight")
        ? new EtdsNetwork(
            checkpoint.PixelShuffleScale("conv_last.weight"),
            checkpoint.Extent("conv_first.weight", 0),
            checkpoint.Count("backbone_convs.{0}.weight"))
        : null;
}
