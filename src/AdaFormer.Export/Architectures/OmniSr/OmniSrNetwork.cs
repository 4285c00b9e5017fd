using AdaFormer.Export.Architectures.Tokens;
using AdaFormer.Export.Onnx;
using AdaFormer.Export.Weights;

namespace AdaFormer.Export.Architectures.OmniSr;

/// <summary>Groups of blocks that look along pixels and along channels, in windows and across them, each group with a spatial attention at its end.</summary>
internal sealed class OmniSrNetwork : FeedForwardNetwork
{
    private readonly int _channels;
    private readonly int _window;
    private readonly int _groups;
    private readonly int _blocks;

    /// <param name="scale">The scale.</param>
    /// <param name="channels">Channels.</param>
    /// <param name="window">Side of a window.</param>
    /// <param name="groups">Number of groups.</param>
    /// <param name="blocks">Number of blocks in each group.</param>
    public OmniSrNetwork(int scale, int channels, int window, int groups, int blocks)
    {
        if (channels % OmniBlock.Heads != 0)
            throw new WeightsFormatException($"This is Omni-SR, but with {channels} channels; expected a multiple of its {OmniBlock.Heads} heads.");
        (_channels, _window, _groups, _blocks) = (channels, window, groups, blocks);
        var shapes = new LayerShapes();
        shapes.Convolution("input", 3, channels, 3);
        for (var group = 0; group < groups; group++)
        {
            for (var block = 0; block < blocks; block++)
                OmniBlock.AddShapes(shapes, $"{Group(group)}.residual_layer.{block}.layer", channels, window);
            shapes.Convolution($"{Group(group)}.residual_layer.{blocks}", channels, channels, 1);
            AddAttention(shapes, $"{Group(group)}.esa", channels, Math.Max(channels / 4, 16));
        }

        shapes.Convolution("output", channels, channels, 3);
        shapes.Convolution("up.0", channels, 3L * scale * scale, 3);
        Shapes = shapes;
        Description = new NetworkDescription
        {
            Architecture = "omnisr",
            Preset = (channels, window, groups, blocks) == (64, 8, 5, 1) ? "omnisr" : "custom",
            Scale = scale,
            Parameters = CountParameters(),
            MultiplyAddsPerPixel = CountMultiplyAdds(Share) + ((long)groups * blocks * OmniBlock.AttentionMultiplyAdds(channels, window)),
            FeatureWidth = channels,
            BytesPerPixel = 62 * channels,
            SizeMultiple = window,
        };
    }

    public override NetworkDescription Description { get; }

    public override IReadOnlyDictionary<string, long[]> Shapes { get; }

    protected override PaddingMode Edge => PaddingMode.Zero;

    protected override int MinimumSize => (SpatialAttention.MinimumSize + _window - 1) / _window * _window;

    protected override bool IsBuffer(string tensor) => tensor.EndsWith(".rel_pos_indices", StringComparison.Ordinal);

    protected override Value Build(GraphBuilder graph, WeightSet weights, Value image)
    {
        var windows = new OmniWindows(graph, graph.Size(image, 2), graph.Size(image, 3), _window, _channels);
        var shallow = weights.Convolution(graph, "input", image);
        var x = shallow;
        for (var group = 0; group < _groups; group++)
        {
            var inner = x;
            for (var block = 0; block < _blocks; block++)
                inner = new OmniBlock(graph, weights, $"{Group(group)}.residual_layer.{block}.layer", windows).Build(inner);
            inner = weights.Convolution(graph, $"{Group(group)}.residual_layer.{_blocks}", inner);
            var name = $"{Group(group)}.esa";
            x = SpatialAttention.Build(
                graph, weights, name, graph.Add(inner, x),
                reduced => weights.Convolution(graph, $"{name}.conv2", reduced, stride: 2, padding: 0),
                pooled => weights.Convolution(graph, $"{name}.conv3", pooled));
        }

        x = graph.Add(weights.Convolution(graph, "output", x), shallow);
        return graph.PixelShuffle(weights.Convolution(graph, "up.0", x), Description.Scale);
    }

    private static string Group(int group) => $"residual_layer.{group}";

    private static void AddAttention(LayerShapes shapes, string name, int channels, int inner)
    {
        shapes.Convolution($"{name}.conv1", channels, inner, 1);
        shapes.Convolution($"{name}.conv_f", inner, inner, 1);
        shapes.Convolution($"{name}.conv2", inner, inner, 3);
        shapes.Convolution($"{name}.conv3", inner, inner, 3);
        shapes.Convolution($"{name}.conv4", inner, channels, 1);
    }

    private static double Share(string tensor) =>
        tensor.EndsWith(".esa.conv2.weight", StringComparison.Ordinal) ? SpatialAttention.HalvedShare
        : tensor.EndsWith(".esa.conv3.weight", StringComparison.Ordinal) ? SpatialAttention.PooledShare
        : OmniBlock.IsPerPixel(tensor) ? 1 : 0;
}

/// <summary>Omni-SR (Wang et al., "Omni Aggregation Networks for Lightweight Image Super-Resolution", CVPR 2023).</summary>
internal sealed class OmniSrArchitecture : IArchitecture
{
    private const string First = "residual_layer.0.residual_layer.0.layer";

    public string Name => "omnisr";

    public Network? Recognize(Checkpoint checkpoint)
    {
        if (!checkpoint.Has("input.weight", $"{First}.0.fn.0.weight", $"{First}.2.fn.to_qkv.weight", "up.0.weight"))
            return null;
        var table = $"{First}.2.fn.{OmniBlock.PositionTable}";
        if (!checkpoint.Has(table))
            throw new WeightsFormatException($"This is Omni-SR, but one without relative positions ('{table}'), which is not known here; its windows' size cannot be seen.");
        if (checkpoint.Extent("input.weight", 1) is not 3 and var inputs)
            throw new WeightsFormatException($"This is Omni-SR, but for pictures of {inputs} channels; only networks for RGB are supported.");
        return new OmniSrNetwork(
            checkpoint.PixelShuffleScale("up.0.weight"),
            checkpoint.Extent("input.weight", 0),
            RelativePositionBias.SideOfTable(checkpoint, table),
            checkpoint.Count("residual_layer.{0}.residual_layer.0.layer.0.fn.0.weight"),
            checkpoint.Count("residual_layer.0.residual_layer.{0}.layer.0.fn.0.weight"));
    }
}
