using static AdaFormer.Export.Onnx.TensorProto.Types;

namespace AdaFormer.Export.Onnx;

/// <summary>The ONNX operators used by the architectures, by name (https://onnx.ai/onnx/operators).</summary>
internal static class Operators
{
    public static Value Add(this GraphBuilder graph, Value a, Value b) => graph.Node("Add", [a, b]);

    public static Value Sub(this GraphBuilder graph, Value a, Value b) => graph.Node("Sub", [a, b]);

    public static Value Mul(this GraphBuilder graph, Value a, Value b) => graph.Node("Mul", [a, b]);

    public static Value Div(this GraphBuilder graph, Value a, Value b) => graph.Node("Div", [a, b]);

    public static Value MatMul(this GraphBuilder graph, Value a, Value b) => graph.Node("MatMul", [a, b]);

    public static Value Relu(this GraphBuilder graph, Value x) => graph.Node("Relu", [x]);

    public static Value LeakyRelu(this GraphBuilder graph, Value x, float slope) => graph.Node("LeakyRelu", [x], Attributes.Float("alpha", slope));

    public static Value Gelu(this GraphBuilder graph, Value x) => graph.Node("Gelu", [x]);

    public static Value Sigmoid(this GraphBuilder graph, Value x) => graph.Node("Sigmoid", [x]);

    public static Value Silu(this GraphBuilder graph, Value x) => graph.Mul(x, graph.Sigmoid(x));

    /// <summary>(N, s²·C, H, W) → (N, C, sH, sW); unchanged for a scale of 1.</summary>
    public static Value PixelShuffle(this GraphBuilder graph, Value x, int scale) =>
        scale == 1 ? x : graph.Node("DepthToSpace", [x], Attributes.Int("blocksize", scale), Attributes.Text("mode", "CRD"));

    /// <summary>
    /// Repeats every channel: (N, C, H, W) → (N, s²·C, H, W), which a pixel shuffle by s turns into the image enlarged by nearest neighbour.
    /// </summary>
    public static Value RepeatChannels(this GraphBuilder graph, Value x, int channels, int scale) =>
        scale == 1 ? x : graph.Gather(x, graph.Integers([.. Enumerable.Range(0, channels * scale * scale).Select(index => (long)(index / (scale * scale)))]), 1);

    /// <summary>Enlarges an image by a whole number, bilinearly, with half-pixel centres.</summary>
    public static Value Bilinear(this GraphBuilder graph, Value image, int scale)
    {
        var scales = graph.Weight("bilinear_scales", [4], [1, 1, scale, scale]);
        return graph.Node(
            "Resize",
            [image, Value.None, scales],
            Attributes.Text("mode", "linear"),
            Attributes.Text("coordinate_transformation_mode", "half_pixel"));
    }

    /// <summary>Enlarges an image by a whole number, repeating every pixel.</summary>
    public static Value Nearest(this GraphBuilder graph, Value image, int scale)
    {
        var scales = graph.Weight("nearest_scales", [4], [1, 1, scale, scale]);
        return graph.Node(
            "Resize",
            [image, Value.None, scales],
            Attributes.Text("mode", "nearest"),
            Attributes.Text("coordinate_transformation_mode", "asymmetric"),
            Attributes.Text("nearest_mode", "floor"));
    }

    public static Value Greater(this GraphBuilder graph, Value a, Value b) => graph.Node("Greater", [a, b]);

    public static Value Less(this GraphBuilder graph, Value a, Value b) => graph.Node("Less", [a, b]);

    public static Value Where(this GraphBuilder graph, Value condition, Value a, Value b) => graph.Node("Where", [condition, a, b]);

    public static Value Cast(this GraphBuilder graph, Value x, DataType type) => graph.Node("Cast", [x], Attributes.Int("to", (int)type));

    /// <summary>Casts a value of type <see cref="GraphBuilder.Real"/> to FP32; unchanged if it already is.</summary>
    public static Value ToSingle(this GraphBuilder graph, Value x) => graph.Real == DataType.Float ? x : graph.Cast(x, DataType.Float);

    /// <summary>Casts a value in FP32 to <see cref="GraphBuilder.Real"/>.</summary>
    public static Value FromSingle(this GraphBuilder graph, Value x) => graph.Real == DataType.Float ? x : graph.Cast(x, graph.Real);

    public static Value Reshape(this GraphBuilder graph, Value x, Value shape) => graph.Node("Reshape", [x, shape]);

    public static Value Reshape(this GraphBuilder graph, Value x, params long[] shape) => graph.Reshape(x, graph.Integers(shape));

    public static Value Transpose(this GraphBuilder graph, Value x, params ReadOnlySpan<long> order) =>
        graph.Node("Transpose", [x], Attributes.Ints("perm", order));

    public static Value Concat(this GraphBuilder graph, long axis, params ReadOnlySpan<Value> values) =>
        graph.Node("Concat", values, Attributes.Int("axis", axis));

    /// <summary>Joins sizes, each a vector of one integer, into a shape.</summary>
    public static Value Shape(this GraphBuilder graph, params ReadOnlySpan<Value> sizes) => graph.Concat(0, sizes);

    /// <summary>The extent of one axis, as a vector of one integer.</summary>
    public static Value Size(this GraphBuilder graph, Value x, long axis) =>
        graph.Node("Shape", [x], Attributes.Int("start", axis), Attributes.Int("end", axis + 1));

    public static Value Gather(this GraphBuilder graph, Value x, Value indices, long axis = 0) =>
        graph.Node("Gather", [x, indices], Attributes.Int("axis", axis));

    /// <summary>Replaces the rows of <paramref name="x"/> given by <paramref name="indices"/> (n).</summary>
    public static Value ScatterRows(this GraphBuilder graph, Value x, Value indices, Value rows) =>
        graph.Node("ScatterND", [x, graph.Reshape(indices, -1, 1), rows]);

    /// <summary>The positions of the true elements of a vector, as a vector.</summary>
    public static Value NonZero(this GraphBuilder graph, Value x) => graph.Reshape(graph.Node("NonZero", [x]), -1);

    public static Value Filled(this GraphBuilder graph, Value shape, Value scalar) => graph.Node("Expand", [scalar, shape]);

    public static Value ReduceMean(this GraphBuilder graph, Value x, long axis) =>
        graph.Node("ReduceMean", [x, graph.Integers(axis)], Attributes.Int("keepdims", 0));

    /// <summary>The mean along an axis, which is kept with extent 1.</summary>
    public static Value Mean(this GraphBuilder graph, Value x, long axis) => graph.Node("ReduceMean", [x, graph.Integers(axis)]);

    public static Value ReduceSum(this GraphBuilder graph, Value x, long axis) =>
        graph.Node("ReduceSum", [x, graph.Integers(axis)], Attributes.Int("keepdims", 0));

    public static Value ReduceMax(this GraphBuilder graph, Value x, long axis, bool keepAxis) =>
        graph.Node("ReduceMax", [x, graph.Integers(axis)], Attributes.Int("keepdims", keepAxis ? 1 : 0));

    public static Value Softmax(this GraphBuilder graph, Value x) => graph.Node("Softmax", [x], Attributes.Int("axis", -1));

    public static Value Slice(this GraphBuilder graph, Value x, Value ends, params long[] axes) =>
        graph.Node("Slice", [x, graph.Integers(new long[axes.Length]), ends, graph.Integers(axes)]);

    /// <summary>Slices from <paramref name="first"/> on along an axis.</summary>
    public static Value From(this GraphBuilder graph, Value x, long first, long axis) =>
        graph.Node("Slice", [x, graph.Integers(first), graph.Integers(long.MaxValue), graph.Integers(axis)]);

    /// <summary>0, 1, 2, … below a length, which is a vector of one integer.</summary>
    public static Value Range(this GraphBuilder graph, Value length) =>
        graph.Node("Range", [graph.Scalar(0), graph.Reshape(length, graph.Integers()), graph.Scalar(1)]);

    /// <summary>
    /// Multi-head attention: queries (n, q, C), keys (n, k, C) and values (n, k, C') → (n, q, C'). Uses ONNX Runtime's own operator, because it does not
    /// store all scores: the memory of the standard operator grows with q·k.
    /// </summary>
    /// <param name="graph">The graph.</param>
    /// <param name="queries">Queries.</param>
    /// <param name="keys">Keys.</param>
    /// <param name="values">Values.</param>
    /// <param name="heads">The number of heads.</param>
    /// <param name="scale">The factor of the scores; <see langword="null"/>: one divided by the root of a head's width.</param>
    public static Value Attention(this GraphBuilder graph, Value queries, Value keys, Value values, int heads, float? scale = null)
    {
        var attributes = new List<AttributeProto> { Attributes.Int("num_heads", heads) };
        if (scale is { } factor)
            attributes.Add(Attributes.Float("scale", factor));
        var mixed = graph.Node("MultiHeadAttention", [queries, keys, values], [.. attributes]);
        graph.Graph.Node[^1].Domain = QuantizedOperators.Domain;
        return mixed;
    }

    public static Value[] SplitEqually(this GraphBuilder graph, Value x, int parts, long axis) =>
        graph.Nodes("Split", parts, [x], Attributes.Int("axis", axis), Attributes.Int("num_outputs", parts));
}
