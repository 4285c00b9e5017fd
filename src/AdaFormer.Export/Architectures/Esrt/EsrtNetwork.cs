using AdaFormer.Export.Onnx;
using AdaFormer.Export.Weights;

namespace AdaFormer.Export.Architectures.Esrt;

/// <summary>High-preserving blocks, the efficient transformer, and two upsamplers, one of which works on the first features.</summary>
internal sealed class EsrtNetwork : FeedForwardNetwork
{
    // Tokens of the 48×48 pictures that the published networks were trained on.
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

    /// <summary>Attention in pictures of the training size; it grows with their number of pixels.</summary>
    private long AttentionWork() => (long)_blocks * 2 * (TrainedTokens / EfficientTransformer.Parts) * (9 * _channels / 2);

    /// <summary>The share of an image's pixels that the layer with a tensor processes.</summary>
    private static double Share(string tensor, int scale) => tensor switch
    {
        _ when tensor.Contains(".conv_du.", StringComparison.Ordinal) => 0, // once per image
        _ when tensor.Contains(".decoder_low.", StringComparison.Ordinal) => HighPreservingBlock.Repetitions / 4.0,
        "tail.0.2.weight" or "up.0.2.weight" => 4,
        "tail.1.weight" or "up.1.conv.weight" => scale * scale,
        _ => 1,
    };
}

/// <summary>ESRT (Lu et al., "Transformer for Single Image Super-Resolution", CVPR Workshops 2022, arXiv:2108.11084), as in its public code.</summary>
internal sealed class EsrtArchitecture : IArchitecture
{
    public string Name => "esrt";

    public Network? Recognize(Checkpoint checkpoint)
    {
        if (!checkpoint.Has("head.0.weight", "body.0.encoder1.decoder_low.layer1.conv.weight", "body.0.attention.atten.qkv.weight", "tail.0.0.weight"))
            return null;
        var channels = checkpoint.Extent("head.0.weight", 0);
        if (channels % 16 != 0)
        {
            throw new WeightsFormatException(
                $"Tensor 'head.0.weight' gives {channels} channels; expected a multiple of 16, so that eight heads share half of nine times as many.");
        }

        return new EsrtNetwork(
            checkpoint.Has("tail.0.2.weight") ? 4 : Scale(checkpoint, channels),
            channels,
            checkpoint.Extent("body.0.encoder1.att.conv_du.0.weight", 0),
            checkpoint.Count("body.{0}.reduce.weight"));
    }

    private static int Scale(Checkpoint checkpoint, int channels)
    {
        var outputs = checkpoint.Extent("tail.0.0.weight", 0);
        return outputs == 4 * channels ? 2 : outputs == 9 * channels ? 3 : throw new WeightsFormatException(
            $"Tensor 'tail.0.0.weight' gives {outputs} channels; expected {4 * channels} or {9 * channels}, for scales of 2 or 3.");
    }
}
