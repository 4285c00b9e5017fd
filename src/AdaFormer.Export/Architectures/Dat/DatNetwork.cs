using AdaFormer.Export.Onnx;
using AdaFormer.Export.Weights;

namespace AdaFormer.Export.Architectures.Dat;

/// <summary>Groups of blocks that attend in windows and along channels in turn, with a convolution and a skip around each group.</summary>
internal sealed class DatNetwork : FeedForwardNetwork
{
    private const float Epsilon = 1e-5f;
    private readonly DatSizes _sizes;

    public DatNetwork(DatSizes sizes)
    {
        _sizes = sizes;
        if (sizes.Heads.FirstOrDefault(heads => heads < 2 || sizes.Channels % heads != 0) is not 0 and var odd)
            throw new WeightsFormatException($"This is DAT, but with {sizes.Channels} channels and {odd} heads; expected channels that are a multiple of the heads.");
        var shapes = new LayerShapes();
        shapes.Convolution("conv_first", 3, sizes.Channels, 3);
        shapes.Norm("before_RG.1", sizes.Channels);
        foreach (var (group, block) in Blocks())
            DatBlock.AddShapes(shapes, Name(group, block), sizes, sizes.Heads[group], DatSizes.IsSpatial(block));
        for (var group = 0; group < sizes.Depths.Count; group++)
            ResidualConvolution.AddShapes(shapes, $"layers.{group}.conv", sizes.Channels, sizes.Threefold);
        shapes.Norm("norm", sizes.Channels);
        ResidualConvolution.AddShapes(shapes, "conv_after_body", sizes.Channels, sizes.Threefold);
        sizes.Reconstruction.AddShapes(shapes, sizes.Channels);
        Shapes = shapes;
        var attention = Blocks().Sum(place => DatSizes.IsSpatial(place.Block)
            ? 2L * sizes.Window.Short * sizes.Window.Long * sizes.Channels
            : 2L * sizes.Channels / sizes.Heads[place.Group] * sizes.Channels);
        Description = new NetworkDescription
        {
            Architecture = "dat",
            Preset = sizes.Preset,
            Scale = sizes.Reconstruction.Scale,
            Parameters = shapes.Where(pair => !IsStatistic(pair.Key)).Sum(pair => pair.Value.Aggregate(1L, (product, extent) => product * extent)),
            MultiplyAddsPerPixel = CountMultiplyAdds(Share) + attention,
            FeatureWidth = sizes.Channels,
            BytesPerPixel = Math.Max(140L * Math.Max(sizes.Channels, sizes.Hidden / 2), sizes.Reconstruction.BytesPerPixel),
        };
    }

    public override NetworkDescription Description { get; }

    public override IReadOnlyDictionary<string, long[]> Shapes { get; }

    protected override bool IsBuffer(string tensor) =>
        tensor.EndsWith(".num_batches_tracked", StringComparison.Ordinal)
        || tensor.EndsWith(".relative_position_index", StringComparison.Ordinal)
        || tensor.Contains(".attn_mask_", StringComparison.Ordinal);

    protected override Value Build(GraphBuilder graph, WeightSet weights, Value image)
    {
        var mean = graph.Weight("mean", [1, 3, 1, 1], TrainingMean.Rgb);
        var shallow = weights.Convolution(graph, "conv_first", graph.Sub(image, mean));
        var (plain, shifted) = (Windows(graph, image, false), Windows(graph, image, true));
        var x = weights.ScaledNorm(graph, "before_RG.1", shallow, Epsilon);
        for (var group = 0; group < _sizes.Depths.Count; group++)
        {
            var inner = x;
            for (var block = 0; block < _sizes.Depths[group]; block++)
            {
                var windows = !DatSizes.IsSpatial(block) ? null : DatSizes.IsShifted(group, block) ? shifted : plain;
                inner = new DatBlock(graph, weights, Name(group, block), _sizes, _sizes.Heads[group]).Build(inner, windows);
            }

            x = graph.Add(ResidualConvolution.Build(graph, weights, $"layers.{group}.conv", inner, _sizes.Threefold), x);
        }

        var deep = ResidualConvolution.Build(graph, weights, "conv_after_body", weights.ScaledNorm(graph, "norm", x, Epsilon), _sizes.Threefold);
        return graph.Add(_sizes.Reconstruction.Build(graph, weights, graph.Add(deep, shallow)), mean);
    }

    private DatWindows[] Windows(GraphBuilder graph, Value image, bool shifted)
    {
        var (height, width) = (graph.Size(image, 2), graph.Size(image, 3));
        var (narrow, wide) = _sizes.Window;
        return [new DatWindows(graph, height, width, narrow, wide, shifted), new DatWindows(graph, height, width, wide, narrow, shifted)];
    }

    private IEnumerable<(int Group, int Block)> Blocks() =>
        from @group in Enumerable.Range(0, _sizes.Depths.Count)
        from block in Enumerable.Range(0, _sizes.Depths[@group])
        select (@group, block);

    private static string Name(int group, int block) => $"layers.{group}.blocks.{block}";

    // What the norms have seen in training, and the positions in a window, are not learned.
    private static bool IsStatistic(string tensor) => tensor.Contains(".running_", StringComparison.Ordinal) || tensor.EndsWith(DatPositions.Offsets, StringComparison.Ordinal);

    private double Share(string tensor) =>
        tensor.Contains(".attns.", StringComparison.Ordinal) || tensor.Contains(".channel_interaction.", StringComparison.Ordinal) ? 0 : _sizes.Reconstruction.Share(tensor);
}

/// <summary>DAT (Chen et al., "Dual Aggregation Transformer for Image Super-Resolution", ICCV 2023) in all its sizes: DAT-light, DAT-S, DAT, DAT-2.</summary>
internal sealed class DatArchitecture : IArchitecture
{
    private const string First = "layers.0.blocks.0";

    public string Name => "dat";

    public Network? Recognize(Checkpoint checkpoint) =>
        checkpoint.Has("before_RG.1.weight", $"{First}.ffn.sg.norm.weight", $"{First}.attn.channel_interaction.1.weight", $"{First}.attn.attns.0.{DatPositions.Offsets}")
            ? new DatNetwork(DatSizes.Of(checkpoint))
            : null;
}
