using AdaFormer.Export.Architectures.Tokens;
using AdaFormer.Export.Onnx;
using AdaFormer.Export.Weights;

namespace AdaFormer.Export.Architectures.SwinIr;

/// <summary>Groups of Swin Transformer blocks, with a convolution and a skip around each group.</summary>
internal sealed class SwinIrNetwork : FeedForwardNetwork
{

    private readonly int _channels;
    private readonly int _heads;
    private readonly int _window;
    private readonly int[] _depths;

    public SwinIrNetwork(int scale, int channels, int heads, int hidden, int window, int[] depths)
    {
        if (channels % heads != 0)
            throw new WeightsFormatException($"The weights are of a SwinIR with {channels} channels and {heads} heads; expected channels that are a multiple of the heads.");
        (_channels, _heads, _window, _depths) = (channels, heads, window, depths);
        var shapes = new LayerShapes();
        shapes.Convolution("conv_first", 3, channels, 3);
        shapes.Norm("patch_embed.norm", channels);
        for (var group = 0; group < depths.Length; group++)
        {
            for (var block = 0; block < depths[group]; block++)
                AddBlock(shapes, $"layers.{group}.residual_group.blocks.{block}", channels, heads, hidden, window);
            shapes.Convolution($"layers.{group}.conv", channels, channels, 3);
        }

        shapes.Norm("norm", channels);
        shapes.Convolution("conv_after_body", channels, channels, 3);
        shapes.Convolution("upsample.0", channels, 3L * scale * scale, 3);
        Shapes = shapes;
        int blocks = depths.Sum(), positions = (2 * window - 1) * (2 * window - 1);
        Description = new NetworkDescription
        {
            Architecture = "swinir",
            Preset = (channels, heads, hidden, window) == (60, 6, 120, 8) && depths.SequenceEqual([6, 6, 6, 6]) ? "light" : "custom",
            Scale = scale,
            Parameters = CountParameters(),
            MultiplyAddsPerPixel = CountMultiplyAdds() + ((long)blocks * ((2 * window * window * channels) - (positions * heads))),
            FeatureWidth = channels,
            BytesPerPixel = 50 * Math.Max(channels, hidden),
            SizeMultiple = window,
        };
    }

    public override NetworkDescription Description { get; }

    public override IReadOnlyDictionary<string, long[]> Shapes { get; }

    protected override bool IsBuffer(string tensor) =>
        tensor.EndsWith(".attn_mask", StringComparison.Ordinal) || tensor.EndsWith(".relative_position_index", StringComparison.Ordinal);

    protected override Value Build(GraphBuilder graph, WeightSet weights, Value image)
    {
        var windows = new ShiftedWindows(graph, graph.Size(image, 2), graph.Size(image, 3), _window, _window / 2);
        var mean = graph.Weight("mean", [1, 3, 1, 1], TrainingMean.Rgb);
        var shallow = weights.Convolution(graph, "conv_first", graph.Sub(image, mean));
        var tokens = weights.LayerNorm(graph, "patch_embed.norm", ToWindows(graph, shallow, windows));
        for (var group = 0; group < _depths.Length; group++)
        {
            var inner = tokens;
            for (var block = 0; block < _depths[group]; block++)
                inner = new SwinBlock(weights, $"layers.{group}.residual_group.blocks.{block}", windows, _heads, shifted: block % 2 == 1).Build(graph, inner);
            var mixed = weights.Convolution(graph, $"layers.{group}.conv", ToImage(graph, inner, windows));
            tokens = graph.Add(ToWindows(graph, mixed, windows), tokens);
        }

        var deep = weights.Convolution(graph, "conv_after_body", ToImage(graph, weights.LayerNorm(graph, "norm", tokens), windows));
        return graph.Add(graph.PixelShuffle(weights.Convolution(graph, "upsample.0", graph.Add(deep, shallow)), Description.Scale), mean);
    }

    private Value ToWindows(GraphBuilder graph, Value image, ShiftedWindows windows) =>
        graph.Ordered(graph.ToTokens(image, _channels), windows.FromImage);

    private Value ToImage(GraphBuilder graph, Value tokens, ShiftedWindows windows) =>
        graph.ToImage(graph.Ordered(tokens, windows.ToImage), _channels, windows.Height, windows.Width);

    private static void AddBlock(LayerShapes shapes, string name, int channels, int heads, int hidden, int window)
    {
        shapes.Norm($"{name}.norm1", channels);
        shapes[$"{name}.attn.relative_position_bias_table"] = [(2 * window - 1) * (2 * window - 1), heads];
        shapes.Linear($"{name}.attn.qkv", channels, 3 * channels);
        shapes.Linear($"{name}.attn.proj", channels, channels);
        shapes.Norm($"{name}.norm2", channels);
        shapes.Linear($"{name}.mlp.fc1", channels, hidden);
        shapes.Linear($"{name}.mlp.fc2", hidden, channels);
    }
}

/// <summary>
/// SwinIR (Liang et al., "SwinIR: Image Restoration Using Swin Transformer", ICCV Workshops 2021) in its lightweight form, which upsamples
/// in one step.
/// </summary>
internal sealed class SwinIrArchitecture : IArchitecture
{
    public string Name => "swinir";

    public Network? Recognize(Checkpoint checkpoint)
    {
        const string First = "layers.0.residual_group.blocks.0";
        if (!checkpoint.Has($"{First}.attn.relative_position_bias_table", $"{First}.attn.qkv.weight", $"{First}.mlp.fc1.weight", "patch_embed.norm.weight", "upsample.0.weight")
            || checkpoint.Has("conv_last.weight"))
        {
            return null;
        }

        var groups = Enumerable.Range(0, checkpoint.Count("layers.{0}.residual_group.blocks.0.norm1.weight"));
        return new SwinIrNetwork(
            checkpoint.PixelShuffleScale("upsample.0.weight"),
            checkpoint.Extent("conv_first.weight", 0),
            checkpoint.Extent($"{First}.attn.relative_position_bias_table", 1),
            checkpoint.Extent($"{First}.mlp.fc1.weight", 0),
            RelativePositionBias.SideOf(checkpoint, $"{First}.attn"),
            [.. groups.Select(group => checkpoint.Count($"layers.{group}.residual_group.blocks.{{0}}.norm1.weight"))]);
    }
}
