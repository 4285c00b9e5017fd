using AdaFormer.Export.Onnx;
using AdaFormer.Export.Weights;

namespace AdaFormer.Export.Architectures.Asid;

/// <summary>
/// Self-attention between channels (transposed attention), over the pixels of a window, or over those at the same position in every window of the image.
/// Instead of normalising queries and keys, the scores are divided by their lengths, since there are fewer of them.
/// </summary>
internal sealed class ChannelAttention(WeightSet weights, string name, string norm, int channels, Reach reach)
{
    /// <summary>The image (N, C, H, W), before its norm → its update, the same shape.</summary>
    public Value Build(GraphBuilder graph, PixelGroups groups, Value image)
    {
        var normal = graph.NormalizePixels(image, GatedFeedForward.Epsilon);
        var (queries, keys, values) = (Part(graph, groups, normal, 0), Part(graph, groups, normal, 1), Part(graph, groups, normal, 2)); // (groups, pixels, C)
        var scores = graph.MatMul(graph.Transpose(queries, 0, 2, 1), keys); // (groups, C, C)
        var lengths = graph.MatMul(graph.Transpose(Length(graph, queries), 0, 2, 1), Length(graph, keys));
        var temperature = graph.Weight($"{name}.temperature", [], weights[$"{name}.temperature"]);
        var attention = graph.Softmax(graph.Mul(graph.Div(scores, lengths), temperature));
        var projection = graph.Weight($"{name}.project_out.weight", [channels, channels], weights[$"{name}.project_out.weight"]);
        var mixed = graph.MatMul(values, graph.Transpose(graph.MatMul(projection, attention), 0, 2, 1));
        if (reach == Reach.Global)
            mixed = graph.Transpose(graph.Reshape(mixed, graph.Shape(groups.Images, graph.Integers(PixelGroups.Area, -1, channels))), 0, 2, 1, 3);
        return groups.ToImage(graph.Reshape(mixed, -1, channels), channels, Reach.Local);
    }

    /// <summary>Queries, keys or values (groups, pixels, C).</summary>
    private Value Part(GraphBuilder graph, PixelGroups groups, Value normal, int part)
    {
        var projected = weights.Pointwise(graph, $"{name}.qkv", normal, norm, (part * channels)..((part + 1) * channels));
        var rows = groups.ToRows(weights.Depthwise(graph, $"{name}.qkv_dwconv", projected, part * channels, channels), channels, Reach.Local);
        if (reach == Reach.Local)
            return graph.Reshape(rows, -1, PixelGroups.Area, channels);
        var windows = graph.Reshape(rows, graph.Shape(groups.Images, graph.Integers(-1, PixelGroups.Area, channels)));
        return graph.Reshape(graph.Transpose(windows, 0, 2, 1, 3), graph.Shape(graph.Mul(groups.Images, graph.Integers(PixelGroups.Area)), graph.Integers(-1, channels)));
    }

    /// <summary>The lengths of the channels' vectors (groups, 1, C).</summary>
    private static Value Length(GraphBuilder graph, Value vectors) =>
        graph.Node("Max", [graph.Node("ReduceL2", [vectors, graph.Integers(1)]), graph.Scalar(1e-12f)]);
}
