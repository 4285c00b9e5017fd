using AdaFormer.Export.Onnx;
using AdaFormer.Export.Weights;
using static AdaFormer.Export.Onnx.TensorProto.Types;

namespace AdaFormer.Export.Architectures.Smfan;

/// <summary>
/// Self-modulated feature aggregation: half of the channels see their surroundings through a small image of maxima and the variance over
/// the picture, by which they are multiplied; the other half goes through convolutions.
/// </summary>
internal sealed class SelfModulation
{
    /// <summary>Side of the max-pooling areas. If it does not divide the picture, they are a little larger and overlap, as in
    /// PyTorch's adaptive pooling: area i of n reaches from ⌊i·h/n⌋ to ⌈(i + 1)·h/n⌉.</summary>
    public const int Side = 8;

    private readonly GraphBuilder _graph;
    private readonly WeightSet _weights;
    private readonly Value _divides;
    private readonly Value _degrees;
    private readonly Axis _rows;
    private readonly Axis _columns;

    public SelfModulation(GraphBuilder graph, WeightSet weights, Value image)
    {
        (_graph, _weights) = (graph, weights);
        var (height, width) = (graph.Size(image, 2), graph.Size(image, 3));
        (_rows, _columns) = (new Axis(graph, height), new Axis(graph, width));
        var rest = graph.Add(graph.Node("Mod", [height, graph.Integers(Side)]), graph.Node("Mod", [width, graph.Integers(Side)]));
        _divides = graph.Reshape(graph.Node("Equal", [rest, graph.Integers(0)]), graph.Integers());
        _degrees = graph.Cast(graph.Sub(graph.Mul(height, width), graph.Integers(1)), DataType.Float);
    }

    public static void AddShapes(LayerShapes shapes, string name, int channels)
    {
        shapes.Convolution($"{name}.linear_0", channels, 2 * channels, 1);
        shapes.Convolution($"{name}.linear_1", channels, channels, 1);
        shapes.Convolution($"{name}.linear_2", channels, channels, 1);
        shapes.Convolution($"{name}.lde.conv_0.0", channels, 2 * channels, 3, groups: channels);
        shapes.Convolution($"{name}.lde.conv_0.1", 2 * channels, 2 * channels, 1);
        shapes.Convolution($"{name}.lde.conv_1", 2 * channels, channels, 1);
        shapes.Convolution($"{name}.dw_conv", channels, channels, 3, groups: channels);
        shapes[$"{name}.alpha"] = [1, channels, 1, 1];
        shapes[$"{name}.belt"] = [1, channels, 1, 1];
    }

    /// <summary>Share of the pixels that the layer with a tensor processes.</summary>
    public static double Share(string tensor) =>
        tensor.Contains(".dw_conv.", StringComparison.Ordinal) || tensor.Contains(".linear_1.", StringComparison.Ordinal) ? 1.0 / (Side * Side)
        : tensor.EndsWith(".alpha", StringComparison.Ordinal) || tensor.EndsWith(".belt", StringComparison.Ordinal) ? 0 : 1;

    public Value Build(string name, Value features)
    {
        var halves = _graph.SplitEqually(_weights.Convolution(_graph, $"{name}.linear_0", features), 2, 1);
        var (local, x) = (halves[0], halves[1]);
        var channels = (int)_weights.Tensor($"{name}.alpha").Shape[1];
        var pooled = _graph.If(_divides, graph => [AlignedMaxima(graph, x)], graph => [_columns.Maxima(graph, _rows.Maxima(graph, x, 2), 3)])[0];
        var small = _weights.Convolution(_graph, $"{name}.dw_conv", pooled, groups: channels);
        var modulated = _graph.Add(
            _graph.Mul(small, _weights.In(_graph, $"{name}.alpha")),
            _graph.Mul(Variance(x), _weights.In(_graph, $"{name}.belt")));
        var factor = _graph.Gelu(_weights.Convolution(_graph, $"{name}.linear_1", modulated));
        x = _graph.Mul(x, _rows.Enlarged(_graph, _columns.Enlarged(_graph, factor, 3), 2));

        local = _weights.Convolution(_graph, $"{name}.lde.conv_0.0", local, groups: channels);
        local = _graph.Gelu(_weights.Convolution(_graph, $"{name}.lde.conv_0.1", local));
        local = _weights.Convolution(_graph, $"{name}.lde.conv_1", local);
        return _weights.Convolution(_graph, $"{name}.linear_2", _graph.Add(local, x));
    }

    private static Value AlignedMaxima(GraphBuilder graph, Value x) =>
        graph.Node("MaxPool", [x], Attributes.Ints("kernel_shape", Side, Side), Attributes.Ints("strides", Side, Side));

    /// <summary>The unbiased variance of every channel over the picture: (N, C, 1, 1).</summary>
    private Value Variance(Value x)
    {
        var centred = _graph.Sub(x, _graph.Node("GlobalAveragePool", [x]));
        var sum = _graph.Node("ReduceSumSquare", [centred, _graph.Integers(2, 3)], Attributes.Int("keepdims", 1));
        return _graph.Node("Div", [sum, _degrees]);
    }

    /// <summary>One axis of the picture: maps pixels to areas.</summary>
    private sealed class Axis
    {
        private readonly Value _members;
        private readonly Value _nearest;

        public Axis(GraphBuilder graph, Value size)
        {
            Value one = graph.Integers(1), count = Divide(size, graph.Integers(Side));
            var area = Range(count); // (n)
            var start = Divide(graph.Mul(area, size), count);
            var last = graph.Sub(Divide(graph.Add(graph.Mul(graph.Add(area, one), size), graph.Sub(count, one)), count), one);
            var longest = graph.Add(Divide(size, count), graph.Integers(2));
            _members = graph.Node("Min", [graph.Add(graph.Reshape(start, -1, 1), Range(longest)), graph.Reshape(last, -1, 1)]); // (n, longest)
            // Nearest-neighbour enlargement, in float32 as PyTorch computes it.
            var ratio = graph.Node("Div", [graph.Cast(count, DataType.Float), graph.Cast(size, DataType.Float)]);
            var position = graph.Node("Floor", [graph.Mul(graph.Cast(Range(size), DataType.Float), ratio)]);
            _nearest = graph.Node("Min", [graph.Cast(position, DataType.Int64), graph.Sub(count, one)]); // (size)

            Value Divide(Value a, Value b) => graph.Node("Div", [a, b]);

            Value Range(Value length) => graph.Node("Range", [graph.Scalar(0), graph.Reshape(length, graph.Integers()), graph.Scalar(1)]);
        }

        public Value Maxima(GraphBuilder graph, Value x, int axis) => graph.ReduceMax(graph.Gather(x, _members, axis), axis + 1, keepAxis: false);

        public Value Enlarged(GraphBuilder graph, Value x, int axis) => graph.Gather(x, _nearest, axis);
    }
}
