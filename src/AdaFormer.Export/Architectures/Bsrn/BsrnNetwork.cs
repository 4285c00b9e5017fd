using AdaFormer.Export.Onnx;
using AdaFormer.Export.Weights;

namespace AdaFormer.Export.Architectures.Bsrn;

/// <summary>
/// Blocks that distil half of the channels at three depths and weight the result spatially and by channel; the outputs of all blocks are
/// concatenated. Its convolutions are blueprint separable: 1×1, then depthwise 3×3.
/// </summary>
internal sealed class BsrnNetwork : FeedForwardNetwork
{
    private const int Copies = 4;
    private readonly int _blocks;

    public BsrnNetwork(int scale, int channels, int distilled, int attention, int squeezed, int blocks)
    {
        _blocks = blocks;
        var shapes = new LayerShapes();
        Separable("fea_conv", 3 * Copies, channels);
        for (var block = 1; block <= blocks; block++)
        {
            var name = $"B{block}";
            for (var depth = 1; depth <= 3; depth++)
            {
                shapes.Convolution($"{name}.c{depth}_d", channels, distilled, 1);
                Separable($"{name}.c{depth}_r", channels, channels);
            }

            Separable($"{name}.c4", channels, distilled);
            shapes.Convolution($"{name}.c5", 4 * distilled, channels, 1);
            shapes.Convolution($"{name}.esa.conv1", channels, attention, 1);
            shapes.Convolution($"{name}.esa.conv_f", attention, attention, 1);
            shapes.Convolution($"{name}.esa.conv4", attention, channels, 1);
            foreach (var layer in new[] { "conv2", "conv_max", "conv3", "conv3_" })
                Separable($"{name}.esa.{layer}", attention, attention);
            shapes.Convolution($"{name}.cca.conv_du.0", channels, squeezed, 1);
            shapes.Convolution($"{name}.cca.conv_du.2", squeezed, channels, 1);
        }

        shapes.Convolution("c1", blocks * channels, channels, 1);
        Separable("c2", channels, channels);
        shapes.Convolution("upsampler.upsampleOneStep.0", channels, 3 * scale * scale, 3);
        Shapes = shapes;
        Description = new NetworkDescription
        {
            Architecture = "bsrn",
            Preset = (blocks, channels) switch { (8, 64) => "bsrn", (5, 48) => "bsrn-s", _ => "custom" },
            Scale = scale,
            Parameters = CountParameters(),
            MultiplyAddsPerPixel = CountMultiplyAdds(Share),
            FeatureWidth = channels,
            BytesPerPixel = (8 * blocks * channels) + (48 * channels),
            TileOverlap = 32,
        };

        void Separable(string name, int inputs, int outputs)
        {
            shapes.Convolution($"{name}.pw", inputs, outputs, 1, bias: false);
            shapes.Convolution($"{name}.dw", outputs, outputs, 3, groups: outputs);
        }
    }

    public override NetworkDescription Description { get; }

    public override IReadOnlyDictionary<string, long[]> Shapes { get; }

    protected override int MinimumSize => SpatialAttention.MinimumSize;

    protected override Value Build(GraphBuilder graph, WeightSet weights, Value image)
    {
        var head = Separable(graph, weights, "fea_conv", graph.Concat(1, [.. Enumerable.Repeat(image, Copies)]));
        var blocks = new Value[_blocks];
        for (var block = 0; block < _blocks; block++)
            blocks[block] = Block(graph, weights, $"B{block + 1}", block == 0 ? head : blocks[block - 1]);
        var joined = graph.Gelu(weights.Convolution(graph, "c1", graph.Concat(1, blocks)));
        var x = graph.Add(Separable(graph, weights, "c2", joined), head);
        return graph.PixelShuffle(weights.Convolution(graph, "upsampler.upsampleOneStep.0", x), Description.Scale);
    }

    private static Value Block(GraphBuilder graph, WeightSet weights, string name, Value x)
    {
        var (rest, distilled) = (x, new Value[4]);
        for (var depth = 1; depth <= 3; depth++)
        {
            distilled[depth - 1] = graph.Gelu(weights.Convolution(graph, $"{name}.c{depth}_d", rest));
            rest = graph.Gelu(graph.Add(Separable(graph, weights, $"{name}.c{depth}_r", rest), rest));
        }

        distilled[3] = graph.Gelu(Separable(graph, weights, $"{name}.c4", rest));
        var y = weights.Convolution(graph, $"{name}.c5", graph.Concat(1, distilled));
        y = SpatialAttention.Build(
            graph, weights, $"{name}.esa", y,
            halve: reduced => Separable(graph, weights, $"{name}.esa.conv2", reduced, stride: 2, padding: 0),
            refine: pooled =>
            {
                pooled = graph.Gelu(Separable(graph, weights, $"{name}.esa.conv_max", pooled));
                pooled = graph.Gelu(Separable(graph, weights, $"{name}.esa.conv3", pooled));
                return Separable(graph, weights, $"{name}.esa.conv3_", pooled);
            });
        return graph.Add(ChannelAttention(graph, weights, $"{name}.cca.conv_du", y), x);
    }

    /// <summary>Weights each channel by its mean and its standard deviation over the picture.</summary>
    private static Value ChannelAttention(GraphBuilder graph, WeightSet weights, string name, Value x)
    {
        var mean = graph.Node("GlobalAveragePool", [x]);
        var centred = graph.Sub(x, mean);
        var deviation = graph.Node("Sqrt", [graph.Node("GlobalAveragePool", [graph.Mul(centred, centred)])]);
        var squeezed = graph.Relu(weights.Convolution(graph, $"{name}.0", graph.Add(deviation, mean)));
        return graph.Mul(x, graph.Sigmoid(weights.Convolution(graph, $"{name}.2", squeezed)));
    }

    private static Value Separable(GraphBuilder graph, WeightSet weights, string name, Value x, int stride = 1, int? padding = null)
    {
        var mixed = weights.Convolution(graph, $"{name}.pw", x);
        return weights.Convolution(graph, $"{name}.dw", mixed, groups: (int)weights.Tensor($"{name}.dw.weight").Shape[0], stride, padding);
    }

    // The 1×1 half of the convolution with stride 2 comes before the stride; channel attention works on one pixel.
    private static double Share(string tensor) => tensor.Split('.') switch
    {
        [_, "esa", "conv2", "dw", _] => SpatialAttention.HalvedShare,
        [_, "esa", "conv_max" or "conv3" or "conv3_", ..] => SpatialAttention.PooledShare,
        [_, "cca", ..] => 0,
        _ => 1,
    };
}

/// <summary>BSRN (Li et al., "Blueprint Separable Residual Network for Efficient Image Super-Resolution", CVPR workshops 2022).</summary>
internal sealed class BsrnArchitecture : IArchitecture
{
    private const string Upsampler = "upsampler.upsampleOneStep.0.weight";

    public string Name => "bsrn";

    public Network? Recognize(Checkpoint checkpoint) => checkpoint.Has("fea_conv.pw.weight", "B1.c1_r.pw.weight", "B1.esa.conv_max.pw.weight", "B1.cca.conv_du.0.weight", Upsampler)
        ? new BsrnNetwork(
            checkpoint.PixelShuffleScale(Upsampler),
            checkpoint.Extent("fea_conv.pw.weight", 0),
            checkpoint.Extent("B1.c1_d.weight", 0),
            checkpoint.Extent("B1.esa.conv1.weight", 0),
            checkpoint.Extent("B1.cca.conv_du.0.weight", 0),
            checkpoint.Count("B{0}.c1_d.weight", first: 1))
        : null;
}
