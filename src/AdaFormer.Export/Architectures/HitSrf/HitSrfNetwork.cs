using AdaFormer.Export.Architectures.Tokens;
using AdaFormer.Export.Onnx;
using AdaFormer.Export.Weights;

namespace AdaFormer.Export.Architectures.HitSrf;

/// <summary>Groups of transformer blocks whose windows grow from block to block, with a convolution and a skip around each group.</summary>
internal sealed class HitSrfNetwork : FeedForwardNetwork
{
    private static readonly int[] Windows = [4, 8, 16, 32, 48, 64];

    private readonly int _channels;
    private readonly int _heads;
    private readonly int[] _depths;

    public HitSrfNetwork(int scale, int channels, int heads, int hidden, int[] depths)
    {
        if (depths.Length == 0 || depths.Any(depth => depth is 0 || depth > Windows.Length) || channels % (2 * heads) != 0)
        {
            throw new WeightsFormatException(
                $"The weights are of a HiT-SRF with {channels} channels, {heads} heads and groups of {string.Join(", ", depths)} blocks; expected channels that are a multiple of twice the heads, and groups of 1 to {Windows.Length} blocks.");
        }

        (_channels, _heads, _depths) = (channels, heads, depths);
        var shapes = new LayerShapes();
        shapes.Convolution("conv_first", 3, channels, 3);
        shapes.Norm("patch_embed.norm", channels);
        for (var group = 0; group < depths.Length; group++)
        {
            for (var block = 0; block < depths[group]; block++)
                AddBlock(shapes, $"layers.{group}.residual_group.blocks.{block}", HierarchicalWindows.CellOf(Windows[block]), channels, heads, hidden);
            shapes.Convolution($"layers.{group}.conv", channels, channels, 3);
        }

        shapes.Norm("norm", channels);
        shapes.Convolution("conv_after_body", channels, channels, 3);
        shapes.Convolution("upsample.0", channels, 3L * scale * scale, 3);
        Shapes = shapes;
        Description = new NetworkDescription
        {
            Architecture = "hit-srf",
            Preset = (channels, heads, hidden) == (60, 6, 120) && depths.SequenceEqual([6, 6, 6, 6]) ? "light" : "custom",
            Scale = scale,
            Parameters = CountParameters(),
            MultiplyAddsPerPixel = CountMultiplyAdds() + depths.Sum(depth => Windows[..depth].Sum(side => Correlation(side, channels))) - PositionWeights(),
            FeatureWidth = channels,
            BytesPerPixel = 30 * Math.Max(channels, hidden),
        };
    }

    public override NetworkDescription Description { get; }

    public override IReadOnlyDictionary<string, long[]> Shapes { get; }

    protected override Value Build(GraphBuilder graph, WeightSet weights, Value image)
    {
        Value height = graph.Size(image, 2), width = graph.Size(image, 3);
        var windows = Windows[.._depths.Max()].Select(side => new HierarchicalWindows(graph, height, width, side)).ToArray();
        var mean = graph.Weight("mean", [1, 3, 1, 1], TrainingMean.Rgb);
        var shallow = weights.Convolution(graph, "conv_first", graph.Sub(image, mean));
        var tokens = weights.LayerNorm(graph, "patch_embed.norm", graph.ToTokens(shallow, _channels));
        for (var group = 0; group < _depths.Length; group++)
        {
            var inner = tokens;
            for (var block = 0; block < _depths[group]; block++)
                inner = new HierarchicalBlock(weights, $"layers.{group}.residual_group.blocks.{block}", windows[block], _channels, _heads).Build(graph, inner, height, width);
            var mixed = weights.Convolution(graph, $"layers.{group}.conv", graph.ToImage(inner, _channels, height, width));
            tokens = graph.Add(graph.ToTokens(mixed, _channels), tokens);
        }

        var deep = graph.ToImage(weights.LayerNorm(graph, "norm", tokens), _channels, height, width);
        var features = graph.Add(weights.Convolution(graph, "conv_after_body", deep), shallow);
        return graph.Add(graph.PixelShuffle(weights.Convolution(graph, "upsample.0", features), Description.Scale), mean);
    }

    private static void AddBlock(LayerShapes shapes, string name, int cell, int channels, int heads, int hidden)
    {
        int narrow = channels / 5, position = channels / 16;
        shapes.Norm($"{name}.norm1", channels);
        shapes.Convolution($"{name}.correlation.qv.conv.0", channels, narrow, 1);
        shapes.Convolution($"{name}.correlation.qv.conv.2", narrow, narrow, 3);
        shapes.Convolution($"{name}.correlation.qv.conv.4", narrow, channels, 1);
        shapes.Convolution($"{name}.correlation.qv.linear", channels, channels, 1);
        shapes.Linear($"{name}.correlation.spatial_linear", cell * cell, 1);
        shapes.Linear($"{name}.correlation.pos.pos_proj", 2, position);
        for (var layer = 1; layer <= 3; layer++)
        {
            shapes.Norm($"{name}.correlation.pos.pos{layer}.0", position);
            shapes.Linear($"{name}.correlation.pos.pos{layer}.2", position, layer == 3 ? heads : position);
        }

        shapes.Linear($"{name}.correlation.proj", channels, channels);
        shapes.Norm($"{name}.norm2", channels);
        shapes.Linear($"{name}.mlp.fc1", channels, hidden);
        shapes.Convolution($"{name}.mlp.dwconv.depthwise_conv.0", hidden, hidden, 5, groups: hidden);
        shapes.Linear($"{name}.mlp.fc2", hidden, channels);
    }

    /// <summary>Cost of a token's correlations: with the window's cells and back, and between the channels and back.</summary>
    private static long Correlation(int side, int channels)
    {
        var cells = (side / HierarchicalWindows.CellOf(side)) * (side / HierarchicalWindows.CellOf(side));
        return (channels / 2) * (1 + (2 * cells) + channels);
    }

    /// <summary>Weights that work on positions and cells instead of tokens.</summary>
    private long PositionWeights() => Shapes
        .Where(pair => (pair.Key.Contains(".pos.", StringComparison.Ordinal) || pair.Key.Contains(".spatial_linear.", StringComparison.Ordinal)) && pair.Value.Length == 2)
        .Sum(pair => pair.Value[0] * pair.Value[1]);
}

/// <summary>HiT-SRF (Zhang et al., "HiT-SR: Hierarchical Transformer for Efficient Image Super-Resolution", ECCV 2024).</summary>
internal sealed class HitSrfArchitecture : IArchitecture
{
    public string Name => "hit-srf";

    public Network? Recognize(Checkpoint checkpoint)
    {
        const string First = "layers.0.residual_group.blocks.0";
        if (!checkpoint.Has($"{First}.correlation.qv.linear.weight", $"{First}.correlation.pos.pos_proj.weight", $"{First}.mlp.dwconv.depthwise_conv.0.weight", "upsample.0.weight"))
            return null;
        var groups = Enumerable.Range(0, checkpoint.Count("layers.{0}.conv.weight"));
        return new HitSrfNetwork(
            checkpoint.PixelShuffleScale("upsample.0.weight"),
            checkpoint.Extent("conv_first.weight", 0),
            checkpoint.Extent($"{First}.correlation.pos.pos3.2.weight", 0),
            checkpoint.Extent($"{First}.mlp.fc1.weight", 0),
            [.. groups.Select(group => checkpoint.Count($"layers.{group}.residual_group.blocks.{{0}}.norm1.weight"))]);
    }
}
