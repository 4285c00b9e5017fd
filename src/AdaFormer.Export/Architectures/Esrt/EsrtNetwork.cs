using AdaFormer.Export.Onnx;
using AdaFormer.Export.Weights;

namespace AdaFormer.Export.Architectures.Esrt;

/// <summary>High-preserving blocks, the efficient transformer, and two upsamplers, of which one works on the first features.</summary>
internal sealed class EsrtNetwork : FeedForwardNetwork
{
    // Tokens of the pictures of 48×48 pixels that the published networks were trained on.
    private const int TrainedTokens = 48 * 48;

    private readonly int _channels;
    private readonly int _blocks;

    public EsrtNetwork(int scale, int channels, int squeezed, int blocks)
    {
        (_channels, _blocks) = (channels, blocks);
        Shapes = EsrtShapes.Of(scale, channels, squeezed, blocks);
        Description = new NetworkDescription
        {
            Architecture = "esrt",
            Preset = (channels, blocks) == (32, 1) ? "esrt" : "custom",
            Scale = scale,
            Parameters = CountParameters(),
            MultiplyAddsPerPixel = CountMultiplyAdds(tensor => Share(tensor, scale)) + AttentionWork(),
            FeatureWidth = channels,
            BytesPerPixel = 18_000,
        };
    }

    public override NetworkDescription Description { get; }

    public override IReadOnlyDictionary<string, long[]> Shapes { get; }

    // Halved features need two pixels, quartered tokens four.
    protected override int MinimumSize => 2;

    protected override Value Build(GraphBuilder graph, WeightSet weights, Value image)
    {
        var shallow = weights.Convolution(graph, "head.0", image);
        var outputs = new List<Value>();
        var x = shallow;
        for (var block = 0; block < _blocks; block++)
            outputs.Add(x = Block($"body.{block}", x));
        var deep = weights.Convolution(graph, "reduce", outputs.Count == 1 ? x : graph.Concat(1, [.. outputs]));
        var first = graph.Relu(weights.Convolution(graph, "up.1.conv", Upsample("up.0", shallow)));
        return graph.Add(weights.Convolution(graph, "tail.1", Upsample("tail.0", deep)), first);

        Value Block(string name, Value features)
        {
            var first = HighPreservingBlock.Build(graph, weights, $"{name}.encoder1", features);
            var second = HighPreservingBlock.Build(graph, weights, $"{name}.encoder2", first);
            var third = HighPreservingBlock.Build(graph, weights, $"{name}.encoder3", second);
            var reduced = weights.Convolution(graph, $"{name}.reduce", graph.Concat(1, first, second, third));
            var attended = new EfficientTransformer(weights, $"{name}.attention", _channels).Build(graph, reduced);
            return graph.Add(
                weights.Scaled(graph, $"{name}.weight1", features), weights.ScaledConvolution(graph, $"{name}.alise", $"{name}.weight2", attended));
        }

        Value Upsample(string name, Value features) => Description.Scale == 4
            ? Shuffled($"{name}.2", Shuffled($"{name}.0", features, 2), 2)
            : Shuffled($"{name}.0", features, Description.Scale);

        Value Shuffled(string name, Value features, int factor) => graph.PixelShuffle(weights.Convolution(graph, name, features), factor);
    }

    /// <summary>Attention in pictures of the size that the network was trained on; it grows with their number of pixels.</summary>
    private long AttentionWork() => (long)_blocks * 2 * (TrainedTokens / EfficientTransformer.Parts) * (9 * _channels / 2);

    /// <summary>For how many of an image's pixels a tensor works.</summary>
    private static double Share(string tensor, int scale) => tensor switch
    {
        _ when tensor.Contains(".conv_du.", StringComparison.Ordinal) => 0, // once for an image
        _ when tensor.Contains(".decoder_low.", StringComparison.Ordinal) => HighPreservingBlock.Repetitions / 4.0,
        "tail.0.2.weight" or "up.0.2.weight" => 4,
        "tail.1.weight" or "up.1.conv.weight" => scale * scale,
        _ => 1,
    };
}
