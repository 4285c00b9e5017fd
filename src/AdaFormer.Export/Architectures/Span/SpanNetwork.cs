using AdaFormer.Export.Onnx;
using AdaFormer.Export.Weights;

namespace AdaFormer.Export.Architectures.Span;

/// <summary>Blocks of three convolutions, whose result is multiplied by its own distance from zero, without parameters.</summary>
internal sealed class SpanNetwork : FeedForwardNetwork
{
    private const int Blocks = 6;
    private const float Range = 255;
    private readonly SpanConvolution _convolution;
    private readonly bool _normalizes;

    /// <param name="scale">The scale.</param>
    /// <param name="channels">Channels.</param>
    /// <param name="convolution">The form of its convolutions.</param>
    /// <param name="normalizes">Whether it takes off the mean of the training pictures and works on 0 to 255, as the authors' own.</param>
    public SpanNetwork(int scale, int channels, SpanConvolution convolution, bool normalizes)
    {
        (_convolution, _normalizes) = (convolution, normalizes);
        Shapes = ShapesOf(scale, channels, convolution);
        var merged = ShapesOf(scale, channels, default).Values;
        Description = new NetworkDescription
        {
            Architecture = "span",
            Preset = channels switch { 48 => "48", 52 => "52", _ => "custom" },
            Scale = scale,
            Parameters = merged.Sum(Product),
            MultiplyAddsPerPixel = merged.Where(shape => shape.Length == 4).Sum(Product),
            FeatureWidth = channels,
            BytesPerPixel = 70 * Math.Max(channels, 3 * scale * scale / 2),
            TileOverlap = (3 * Blocks) + 3, // each convolution sees one pixel farther
        };

        static long Product(long[] shape) => shape.Aggregate(1L, (product, extent) => product * extent);
    }

    public override NetworkDescription Description { get; }

    public override IReadOnlyDictionary<string, long[]> Shapes { get; }

    // What the parts of a convolution come to is computed from them, as the authors' code does; the file may hold an old state of it.
    protected override bool IsBuffer(string tensor) =>
        tensor == SpanArchitecture.NoNorm || tensor.Contains($".{SpanConvolution.Merged}.", StringComparison.Ordinal);

    protected override Value Build(GraphBuilder graph, WeightSet weights, Value image)
    {
        if (_normalizes)
            image = graph.Mul(graph.Sub(image, graph.Weight("mean", [1, 3, 1, 1], TrainingMean.Rgb)), graph.Scalar(Range));
        var shallow = Convolution("conv_1", image);
        var (x, first, inner) = (shallow, shallow, shallow);
        for (var block = 1; block <= Blocks; block++)
        {
            inner = graph.Silu(Convolution($"block_{block}.c1_r", x));
            var deep = Convolution($"block_{block}.c3_r", graph.Silu(Convolution($"block_{block}.c2_r", inner)));
            var attention = graph.Sub(graph.Sigmoid(deep), graph.Scalar(0.5f));
            x = graph.Mul(graph.Add(deep, x), attention);
            if (block == 1)
                first = x;
        }

        var all = graph.Concat(1, shallow, Convolution("conv_2", x), first, inner);
        return graph.PixelShuffle(weights.Convolution(graph, "upsampler.0", weights.Convolution(graph, "conv_cat", all)), Description.Scale);

        Value Convolution(string name, Value input) => _convolution.Build(graph, weights, name, input);
    }

    private static LayerShapes ShapesOf(int scale, int channels, SpanConvolution convolution)
    {
        var shapes = new LayerShapes();
        convolution.AddShapes(shapes, "conv_1", 3, channels);
        for (var block = 1; block <= Blocks; block++)
        {
            for (var number = 1; number <= 3; number++)
                convolution.AddShapes(shapes, $"block_{block}.c{number}_r", channels, channels);
        }

        convolution.AddShapes(shapes, "conv_2", channels, channels);
        shapes.Convolution("conv_cat", 4 * channels, channels, 1);
        shapes.Convolution("upsampler.0", channels, 3L * scale * scale, 3);
        return shapes;
    }
}

/// <summary>SPAN (Wan et al., "Swift Parameter-free Attention Network for Efficient Super-Resolution", CVPR workshops 2024), as trained or merged for inference.</summary>
internal sealed class SpanArchitecture : IArchitecture
{
    /// <summary>The tensor by which training programs mark a network that takes no mean off.</summary>
    public const string NoNorm = "no_norm";

    public string Name => "span";

    public Network? Recognize(Checkpoint checkpoint)
    {
        if (!checkpoint.Has("conv_cat.weight", "upsampler.0.weight")
            || !(checkpoint.Has("conv_1.sk.weight", "block_1.c1_r.sk.weight") || checkpoint.Has("conv_1.eval_conv.weight", "block_1.c1_r.eval_conv.weight")))
        {
            return null;
        }

        var convolution = SpanConvolution.Of(checkpoint, "conv_1");
        var first = convolution.Gain == 0 ? $"conv_1.{SpanConvolution.Merged}.weight" : "conv_1.sk.weight";
        if (checkpoint.Extent(first, 1) is not 3 and var inputs)
            throw new WeightsFormatException($"This is SPAN, but for pictures of {inputs} channels; only networks for RGB are supported.");
        return new SpanNetwork(checkpoint.PixelShuffleScale("upsampler.0.weight"), checkpoint.Extent(first, 0), convolution, !checkpoint.Has(NoNorm));
    }
}
