using AdaFormer.Export.Architectures.Tokens;
using AdaFormer.Export.Onnx;
using AdaFormer.Export.Weights;

namespace AdaFormer.Export.Architectures.SwinIr;

/// <summary>Groups of Swin Transformer blocks, with a convolution and a skip around each group.</summary>
internal sealed class SwinIrNetwork : FeedForwardNetwork
{
    private readonly SwinIrSizes _sizes;

    public SwinIrNetwork(SwinIrSizes sizes)
    {
        _sizes = sizes;
        var (channels, window) = (sizes.Channels, sizes.Window);
        if (sizes.Heads.FirstOrDefault(heads => channels % heads != 0) is not 0 and var odd)
            throw new WeightsFormatException($"The weights are of a SwinIR with {channels} channels and {odd} heads; expected channels that are a multiple of the heads.");
        var shapes = new LayerShapes();
        shapes.Convolution("conv_first", 3, channels, 3);
        shapes.Norm("patch_embed.norm", channels);
        for (var group = 0; group < sizes.Depths.Count; group++)
        {
            for (var block = 0; block < sizes.Depths[group]; block++)
                AddBlock(shapes, $"layers.{group}.residual_group.blocks.{block}", sizes, sizes.Heads[group]);
            ResidualConvolution.AddShapes(shapes, $"layers.{group}.conv", channels, sizes.Threefold);
        }

        shapes.Norm("norm", channels);
        ResidualConvolution.AddShapes(shapes, "conv_after_body", channels, sizes.Threefold);
        sizes.Reconstruction.AddShapes(shapes, channels);
        Shapes = shapes;
        Description = new NetworkDescription
        {
            Architecture = "swinir",
            Preset = sizes.Preset,
            Scale = sizes.Reconstruction.Scale,
            Parameters = CountParameters(),
            MultiplyAddsPerPixel = CountMultiplyAdds(Share) + (2L * sizes.Depths.Sum() * window * window * channels),
            FeatureWidth = channels,
            BytesPerPixel = Math.Max(50 * Math.Max(channels, sizes.Hidden), sizes.Reconstruction.BytesPerPixel),
            SizeMultiple = window,
        };
    }

    public override NetworkDescription Description { get; }

    public override IReadOnlyDictionary<string, long[]> Shapes { get; }

    protected override bool IsBuffer(string tensor) =>
        tensor.EndsWith(".attn_mask", StringComparison.Ordinal) || tensor.EndsWith(".relative_position_index", StringComparison.Ordinal);

    protected override Value Build(GraphBuilder graph, WeightSet weights, Value image)
    {
        var windows = new ShiftedWindows(graph, graph.Size(image, 2), graph.Size(image, 3), _sizes.Window, _sizes.Window / 2);
        var mean = graph.Weight("mean", [1, 3, 1, 1], TrainingMean.Rgb);
        var shallow = weights.Convolution(graph, "conv_first", Times(graph.Sub(image, mean), _sizes.Range));
        var tokens = weights.LayerNorm(graph, "patch_embed.norm", ToWindows(graph, shallow, windows));
        for (var group = 0; group < _sizes.Depths.Count; group++)
        {
            var inner = tokens;
            for (var block = 0; block < _sizes.Depths[group]; block++)
                inner = new SwinBlock(weights, $"layers.{group}.residual_group.blocks.{block}", windows, _sizes.Heads[group], shifted: block % 2 == 1).Build(graph, inner);
            var mixed = ResidualConvolution.Build(graph, weights, $"layers.{group}.conv", ToImage(graph, inner, windows), _sizes.Threefold);
            tokens = graph.Add(ToWindows(graph, mixed, windows), tokens);
        }

        var deep = ResidualConvolution.Build(graph, weights, "conv_after_body", ToImage(graph, weights.LayerNorm(graph, "norm", tokens), windows), _sizes.Threefold);
        var result = Times(_sizes.Reconstruction.Build(graph, weights, graph.Add(deep, shallow)), 1 / _sizes.Range);
        return graph.Add(result, _sizes.Reconstruction.IsResidual ? image : mean);

        Value Times(Value x, float factor) => factor == 1 ? x : graph.Mul(x, graph.Scalar(factor));
    }

    private Value ToWindows(GraphBuilder graph, Value image, ShiftedWindows windows) =>
        graph.Ordered(graph.ToTokens(image, _sizes.Channels), windows.FromImage);

    private Value ToImage(GraphBuilder graph, Value tokens, ShiftedWindows windows) =>
        graph.ToImage(graph.Ordered(tokens, windows.ToImage), _sizes.Channels, windows.Height, windows.Width);

    private double Share(string tensor) =>
        tensor.EndsWith(".relative_position_bias_table", StringComparison.Ordinal) ? 0 : _sizes.Reconstruction.Share(tensor);

    private static void AddBlock(LayerShapes shapes, string name, SwinIrSizes sizes, int heads)
    {
        var channels = sizes.Channels;
        shapes.Norm($"{name}.norm1", channels);
        shapes[$"{name}.attn.relative_position_bias_table"] = [(2 * sizes.Window - 1) * (2 * sizes.Window - 1), heads];
        shapes.Linear($"{name}.attn.qkv", channels, 3 * channels);
        shapes.Linear($"{name}.attn.proj", channels, channels);
        shapes.Norm($"{name}.norm2", channels);
        shapes.Linear($"{name}.mlp.fc1", channels, sizes.Hidden);
        shapes.Linear($"{name}.mlp.fc2", sizes.Hidden, channels);
    }
}

/// <summary>
/// SwinIR (Liang et al., "SwinIR: Image Restoration Using Swin Transformer", ICCV Workshops 2021) in all its sizes: classical, lightweight and for
/// photographs, and those against noise and JPEG artefacts, which enlarge nothing.
/// </summary>
internal sealed class SwinIrArchitecture : IArchitecture
{
    private const string First = "layers.0.residual_group.blocks.0";

    public string Name => "swinir";

    public Network? Recognize(Checkpoint checkpoint) =>
        checkpoint.Has($"{First}.attn.relative_position_bias_table", $"{First}.attn.qkv.weight", $"{First}.mlp.fc1.weight", $"{First}.norm1.weight")
        && !checkpoint.Has($"{First}.attn.logit_scale")
            ? new SwinIrNetwork(SwinIrSizes.Of(checkpoint))
            : null;
}
