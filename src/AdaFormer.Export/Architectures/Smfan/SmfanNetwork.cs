using AdaFormer.Export.Onnx;
using AdaFormer.Export.Weights;

namespace AdaFormer.Export.Architectures.Smfan;

/// <summary>Blocks of a self-modulated feature aggregation and a partially convolutional feed-forward layer, each after a channel norm.</summary>
internal sealed class SmfanNetwork : FeedForwardNetwork
{
    private const float SmallestNorm = 1e-12f;
    private readonly int _blocks;
    private readonly int _hidden;
    private readonly int _convolved;

    public SmfanNetwork(int scale, int channels, int hidden, int convolved, int blocks)
    {
        (_blocks, _hidden, _convolved) = (blocks, hidden, convolved);
        if (convolved >= hidden)
            throw new WeightsFormatException($"The feed-forward layers convolve {convolved} of {hidden} channels; expected fewer than all.");
        var shapes = new LayerShapes();
        shapes.Convolution("to_feat", 3, channels, 3);
        for (var block = 0; block < blocks; block++)
        {
            SelfModulation.AddShapes(shapes, $"feats.{block}.smfa", channels);
            shapes.Convolution($"feats.{block}.pcfn.conv_0", channels, hidden, 1);
            shapes.Convolution($"feats.{block}.pcfn.conv_1", convolved, convolved, 3);
            shapes.Convolution($"feats.{block}.pcfn.conv_2", hidden, channels, 1);
        }

        shapes.Convolution("to_img.0", channels, 3 * scale * scale, 3);
        Shapes = shapes;
        Description = new NetworkDescription
        {
            Architecture = "smfanet",
            Preset = (blocks, channels) switch { (8, 36) => "smfanet", (12, 48) => "smfanet+", _ => "custom" },
            Scale = scale,
            Parameters = CountParameters(),
            MultiplyAddsPerPixel = CountMultiplyAdds(SelfModulation.Share),
            FeatureWidth = channels,
            BytesPerPixel = 46 * channels,
            TileOverlap = 32,
        };
    }

    public override NetworkDescription Description { get; }

    public override IReadOnlyDictionary<string, long[]> Shapes { get; }

    protected override int MinimumSize => SelfModulation.Side;

    protected override Value Build(GraphBuilder graph, WeightSet weights, Value image)
    {
        var modulation = new SelfModulation(graph, weights, image);
        var head = weights.Convolution(graph, "to_feat", image);
        var x = head;
        for (var block = 0; block < _blocks; block++)
        {
            x = graph.Add(modulation.Build($"feats.{block}.smfa", Normalized(graph, x)), x);
            x = graph.Add(FeedForward(graph, weights, $"feats.{block}.pcfn", Normalized(graph, x)), x);
        }

        return graph.PixelShuffle(weights.Convolution(graph, "to_img.0", graph.Add(x, head)), Description.Scale);
    }

    private static Value Normalized(GraphBuilder graph, Value x)
    {
        var norm = graph.Node("ReduceL2", [x, graph.Integers(1)], Attributes.Int("keepdims", 1));
        return graph.Node("Div", [x, graph.Node("Max", [norm, graph.Scalar(SmallestNorm)])]);
    }

    private Value FeedForward(GraphBuilder graph, WeightSet weights, string name, Value x)
    {
        var hidden = graph.Gelu(weights.Convolution(graph, $"{name}.conv_0", x));
        var parts = graph.Nodes("Split", 2, [hidden, graph.Integers(_convolved, _hidden - _convolved)], Attributes.Int("axis", 1));
        var convolved = graph.Gelu(weights.Convolution(graph, $"{name}.conv_1", parts[0]));
        return weights.Convolution(graph, $"{name}.conv_2", graph.Concat(1, convolved, parts[1]));
    }
}

/// <summary>SMFANet (Zheng et al., "SMFANet: A Lightweight Self-Modulation Feature Aggregation Network for Efficient Image Super-Resolution", ECCV 2024).</summary>
internal sealed class SmfanArchitecture : IArchitecture
{
    public string Name => "smfanet";

    public Network? Recognize(Checkpoint checkpoint) => checkpoint.Has("to_feat.weight", "feats.0.smfa.linear_0.weight", "feats.0.pcfn.conv_1.weight", "to_img.0.weight")
        ? new SmfanNetwork(
            checkpoint.PixelShuffleScale("to_img.0.weight"),
            checkpoint.Extent("to_feat.weight", 0),
            checkpoint.Extent("feats.0.pcfn.conv_0.weight", 0),
            checkpoint.Extent("feats.0.pcfn.conv_1.weight", 0),
            checkpoint.Count("feats.{0}.smfa.linear_0.weight"))
        : null;
}
