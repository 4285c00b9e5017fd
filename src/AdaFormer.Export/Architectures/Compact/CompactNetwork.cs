using AdaFormer.Export.Onnx;
using AdaFormer.Export.Weights;

namespace AdaFormer.Export.Architectures.Compact;

/// <summary>What follows each convolution of <see cref="CompactNetwork"/> but the last.</summary>
internal enum CompactActivation
{
    /// <summary>A leaky ReLU with a learned slope for each channel.</summary>
    Learned,

    /// <summary>ReLU.</summary>
    Relu,

    /// <summary>Leaky ReLU with a slope of 0.1.</summary>
    Leaky,
}

/// <summary>A sequence of convolutions and a pixel shuffle, added to the picture enlarged by nearest neighbour.</summary>
internal sealed class CompactNetwork : FeedForwardNetwork
{
    private const float Slope = 0.1f;
    private readonly int _last;
    private readonly CompactActivation _activation;

    /// <param name="scale">The scale.</param>
    /// <param name="channels">Channels.</param>
    /// <param name="convolutions">Number of convolutions between the first and the last.</param>
    /// <param name="activation">The activation.</param>
    public CompactNetwork(int scale, int channels, int convolutions, CompactActivation activation)
    {
        (_last, _activation) = (2 * (convolutions + 1), activation);
        var shapes = new LayerShapes();
        for (var layer = 0; layer < _last; layer += 2)
        {
            shapes.Convolution($"body.{layer}", layer == 0 ? 3 : channels, channels, 3);
            if (activation == CompactActivation.Learned)
                shapes[$"body.{layer + 1}.weight"] = [channels];
        }

        shapes.Convolution($"body.{_last}", channels, 3L * scale * scale, 3);
        Shapes = shapes;
        Description = new NetworkDescription
        {
            Architecture = "compact",
            Preset = (channels, convolutions) switch { (64, 16) => "xs", (64, 32) => "s", _ => "custom" },
            Scale = scale,
            Parameters = CountParameters(),
            MultiplyAddsPerPixel = CountMultiplyAdds(),
            FeatureWidth = channels,
            BytesPerPixel = 22 * Math.Max(channels, 3 * scale * scale),
            TileOverlap = convolutions + 2, // each convolution sees one pixel farther
        };
    }

    public override NetworkDescription Description { get; }

    public override IReadOnlyDictionary<string, long[]> Shapes { get; }

    protected override Value Build(GraphBuilder graph, WeightSet weights, Value image)
    {
        var x = image;
        for (var layer = 0; layer < _last; layer += 2)
            x = Activate(graph, weights, $"body.{layer + 1}.weight", weights.Convolution(graph, $"body.{layer}", x));
        x = weights.Convolution(graph, $"body.{_last}", x);
        return graph.PixelShuffle(graph.Add(x, graph.RepeatChannels(image, 3, Description.Scale)), Description.Scale);
    }

    private Value Activate(GraphBuilder graph, WeightSet weights, string slopes, Value x) => _activation switch
    {
        CompactActivation.Learned => graph.Node("PRelu", [x, graph.OwnWeight(slopes, [weights[slopes].Length, 1, 1], weights[slopes])]),
        CompactActivation.Relu => graph.Relu(x),
        _ => graph.LeakyRelu(x, Slope),
    };
}

/// <summary>SRVGGNetCompact, the small network of Real-ESRGAN (Wang et al., ICCV workshops 2021): realesr-general, realesr-animevideo and others.</summary>
internal sealed class CompactArchitecture : IArchitecture
{
    private const string Key = "activation";

    public string Name => "compact";

    public Network? Recognize(Checkpoint checkpoint)
    {
        var layers = 0;
        while (checkpoint.Has($"body.{2 * layers}.weight", $"body.{2 * layers}.bias"))
            layers++;
        if (layers < 2 || checkpoint.Has("conv_first.weight"))
            return null;
        var last = $"body.{2 * (layers - 1)}.weight";
        if (checkpoint.Extent("body.0.weight", 1) != 3)
            throw new WeightsFormatException($"This is SRVGGNetCompact, but for pictures of {checkpoint.Extent("body.0.weight", 1)} channels; only networks for RGB are supported.");
        return new CompactNetwork(checkpoint.PixelShuffleScale(last), checkpoint.Extent("body.0.weight", 0), layers - 2, Activation(checkpoint));
    }

    private static CompactActivation Activation(Checkpoint checkpoint) =>
        checkpoint.Has("body.1.weight") ? CompactActivation.Learned
        : checkpoint.Metadata.GetValueOrDefault(Key) switch
        {
            "relu" => CompactActivation.Relu,
            "leakyrelu" => CompactActivation.Leaky,
            _ => throw new WeightsFormatException(
                $"This is SRVGGNetCompact without learned slopes, and nothing says whether its activation is ReLU or leaky ReLU. Save it as safetensors with the metadata '{Key}': 'relu' or 'leakyrelu'."),
        };
}
