using AdaFormer.Export.Onnx;
using AdaFormer.Export.Weights;

namespace AdaFormer.Export.Architectures.Plksr;

/// <summary>Blocks of a channel mixer, a large kernel on a part of the channels and an attention without pooling, added to the picture enlarged by nearest neighbour.</summary>
internal sealed class PlksrNetwork : FeedForwardNetwork
{
    private readonly PlksrSizes _sizes;

    public PlksrNetwork(PlksrSizes sizes)
    {
        _sizes = sizes;
        Shapes = ShapesOf(sizes);
        Description = new NetworkDescription
        {
            Architecture = sizes.Real ? "realplksr" : "plksr",
            Preset = (sizes.Channels, sizes.Blocks, sizes.Kernel, sizes.Part, sizes.Real) switch
            {
                (64, 28, 17, 16, _) => "28",
                (64, 12, 13, 16, false) => "tiny",
                (64, 12, 17, 16, true) => "12",
                _ => "custom",
            },
            Scale = sizes.Scale,
            Parameters = CountParameters(),
            MultiplyAddsPerPixel = CountMultiplyAdds(tensor => tensor == DySample.EndWeight ? sizes.Scale * sizes.Scale : 1),
            FeatureWidth = sizes.Channels,
            BytesPerPixel = (47L * sizes.Channels) + (sizes.DynamicGroups == 0 ? 0 : DySample.BytesPerPixel(sizes.Scale, sizes.DynamicGroups)),
        };
    }

    public override NetworkDescription Description { get; }

    public override IReadOnlyDictionary<string, long[]> Shapes { get; }

    protected override bool IsBuffer(string tensor) => tensor == DySample.Positions;

    protected override Value Build(GraphBuilder graph, WeightSet weights, Value image)
    {
        var x = weights.Convolution(graph, "feats.0", image);
        for (var block = 1; block <= _sizes.Blocks; block++)
            x = graph.Add(Block(graph, weights, $"feats.{block}", x), x);
        x = graph.Add(weights.Convolution(graph, _sizes.Last, x), graph.RepeatChannels(image, 3, _sizes.Scale));
        return _sizes.DynamicGroups == 0 ? graph.PixelShuffle(x, _sizes.Scale) : DySample.Build(graph, weights, x, _sizes.Scale, _sizes.DynamicGroups);
    }

    private Value Block(GraphBuilder graph, WeightSet weights, string name, Value x)
    {
        if (_sizes.LayerNorm)
            x = weights.ScaledNorm(graph, $"{name}.layer_norm", x, 1e-6f);
        x = weights.Convolution(graph, $"{name}.{_sizes.Mixer}.0", x);
        x = _sizes.Real ? graph.Node("Mish", [x]) : graph.Gelu(x);
        x = weights.Convolution(graph, $"{name}.{_sizes.Mixer}.2", x);
        var parts = graph.Nodes("Split", 2, [x, graph.Integers(_sizes.Part, _sizes.Channels - _sizes.Part)], Attributes.Int("axis", 1));
        x = graph.Concat(1, weights.Convolution(graph, $"{name}.lk.conv", parts[0]), parts[1]);
        if (_sizes.Attends)
            x = graph.Mul(x, graph.Sigmoid(weights.Convolution(graph, $"{name}.attn.f.0", x)));
        x = weights.Convolution(graph, $"{name}.refine", x);
        return _sizes.Real && !_sizes.LayerNorm ? GroupNorm(graph, weights, $"{name}.norm", x) : x;
    }

    /// <summary>Groups of channels less their mean over the picture, by their deviation.</summary>
    private static Value GroupNorm(GraphBuilder graph, WeightSet weights, string name, Value x)
    {
        var normal = graph.Node(
            "InstanceNormalization",
            [graph.Reshape(x, 0, PlksrSizes.NormGroups, -1), graph.Filled(graph.Integers(PlksrSizes.NormGroups), graph.Scalar(1f)), graph.Filled(graph.Integers(PlksrSizes.NormGroups), graph.Scalar(0f))],
            Attributes.Float("epsilon", 1e-5f));
        return graph.Add(graph.Mul(graph.Reshape(normal, graph.Node("Shape", [x])), PerChannel(graph, weights, $"{name}.weight")), PerChannel(graph, weights, $"{name}.bias"));
    }

    private static Value PerChannel(GraphBuilder graph, WeightSet weights, string name) => graph.OwnWeight(name, [weights[name].Length, 1, 1], weights[name]);

    private static LayerShapes ShapesOf(PlksrSizes sizes)
    {
        var shapes = new LayerShapes();
        shapes.Convolution("feats.0", 3, sizes.Channels, 3);
        for (var block = 1; block <= sizes.Blocks; block++)
        {
            var name = $"feats.{block}";
            if (sizes.LayerNorm)
                shapes.Norm($"{name}.layer_norm", sizes.Channels);
            shapes.Convolution($"{name}.{sizes.Mixer}.0", sizes.Channels, 2 * sizes.Channels, sizes.FirstMixer);
            shapes.Convolution($"{name}.{sizes.Mixer}.2", 2 * sizes.Channels, sizes.Channels, sizes.SecondMixer);
            shapes.Convolution($"{name}.lk.conv", sizes.Part, sizes.Part, sizes.Kernel);
            if (sizes.Attends)
                shapes.Convolution($"{name}.attn.f.0", sizes.Channels, sizes.Channels, 3);
            shapes.Convolution($"{name}.refine", sizes.Channels, sizes.Channels, 1);
            if (sizes is { Real: true, LayerNorm: false })
                shapes.Norm($"{name}.norm", sizes.Channels);
        }

        shapes.Convolution(sizes.Last, sizes.Channels, 3L * sizes.Scale * sizes.Scale, 3);
        if (sizes.DynamicGroups > 0)
            DySample.AddShapes(shapes, sizes.Scale, sizes.DynamicGroups);
        return shapes;
    }
}
