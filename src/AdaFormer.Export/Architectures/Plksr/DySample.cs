using AdaFormer.Export.Onnx;
using AdaFormer.Export.Weights;
using static AdaFormer.Export.Onnx.TensorProto.Types;

namespace AdaFormer.Export.Architectures.Plksr;

/// <summary>
/// DySample (Liu et al., "Learning to Upsample by Learning to Sample", ICCV 2023): every pixel of the result is taken bilinearly from a place that the features
/// choose, near its own.
/// </summary>
internal static class DySample
{
    public const string Offsets = "to_img.offset";
    public const string EndWeight = End + ".weight";

    /// <summary>The places without offsets, which follow from the scale.</summary>
    public const string Positions = "to_img.init_pos";
    private const string Scope = "to_img.scope";
    private const string End = "to_img.end_conv";

    public static void AddShapes(LayerShapes shapes, int scale, int groups)
    {
        var inputs = 3 * scale * scale;
        shapes.Convolution(Offsets, inputs, 2L * groups * scale * scale, 1);
        shapes.Convolution(Scope, inputs, 2L * groups * scale * scale, 1, bias: false);
        if (scale > 1)
            shapes.Convolution(End, inputs, 3, 1);
    }

    public static long BytesPerPixel(int scale, int groups) => 4L * scale * scale * ((3 * scale * scale * 2) + (10 * groups));

    /// <summary>(N, 3·s², H, W) → (N, 3, sH, sW).</summary>
    public static Value Build(GraphBuilder graph, WeightSet weights, Value x, int scale, int groups)
    {
        var (height, width) = (graph.Size(x, 2), graph.Size(x, 3));
        var reach = graph.Mul(graph.Sigmoid(weights.Convolution(graph, Scope, x)), graph.Scalar(0.5f));
        var offsets = graph.Mul(weights.Convolution(graph, Offsets, x), reach);
        offsets = graph.Add(offsets, graph.OwnWeight(Positions, [1, 2L * groups * scale * scale, 1, 1], Places(scale, groups)));
        // Columns come first, then rows, each for every group: (N, 2, g·s², H, W).
        offsets = graph.Reshape(offsets, graph.Shape(graph.Integers(0, 2, groups * scale * scale), height, width));
        var columns = graph.Reshape(Centers(graph, width), 1, 1, 1, 1, -1);
        var rows = graph.Reshape(Centers(graph, height), 1, 1, 1, -1, 1);
        var halves = graph.SplitEqually(offsets, 2, 1);
        var places = graph.Concat(1, Relative(graph, halves[0], columns, width), Relative(graph, halves[1], rows, height));
        places = graph.PixelShuffle(graph.Reshape(places, graph.Shape(graph.Integers(0, 2 * groups * scale * scale), height, width)), scale);
        Value tall = graph.Mul(height, graph.Integers(scale)), wide = graph.Mul(width, graph.Integers(scale));
        // (N, 2·g, sH, sW) → (N·g, sH, sW, 2)
        places = graph.Transpose(graph.Reshape(places, graph.Shape(graph.Integers(0, 2, groups), tall, wide)), 0, 2, 3, 4, 1);
        places = graph.Reshape(places, graph.Shape(graph.Integers(-1), tall, wide, graph.Integers(2)));
        var sampled = graph.Node(
            "GridSample",
            [graph.Reshape(x, graph.Shape(graph.Integers(-1, 3 * scale * scale / groups), height, width)), places],
            Attributes.Text("mode", "linear"),
            Attributes.Text("padding_mode", "border"),
            Attributes.Int("align_corners", 0));
        var all = graph.Reshape(sampled, graph.Shape(graph.Integers(-1, 3 * scale * scale), tall, wide));
        return scale > 1 ? weights.Convolution(graph, End, all) : all;
    }

    /// <summary>Pixels' centres: 0.5, 1.5, … .</summary>
    private static Value Centers(GraphBuilder graph, Value length) => graph.Add(graph.Cast(graph.Range(length), DataType.Float), graph.Scalar(0.5f));

    /// <summary>Places on an axis from −1 to 1.</summary>
    private static Value Relative(GraphBuilder graph, Value offsets, Value centers, Value length) =>
        graph.Sub(graph.Div(graph.Mul(graph.Add(offsets, centers), graph.Scalar(2f)), graph.Cast(length, DataType.Float)), graph.Scalar(1f));

    /// <summary>Where each pixel of the result lies from the centre of the one that it comes from, in pixels: columns, then rows, by group.</summary>
    private static float[] Places(int scale, int groups)
    {
        var places = new float[2 * groups * scale * scale];
        for (var index = 0; index < places.Length; index++)
        {
            var (row, column) = (index / scale % scale, index % scale);
            places[index] = (float)(((index < places.Length / 2 ? column : row) - ((scale - 1) / 2.0)) / scale);
        }

        return places;
    }
}
