using AdaFormer.Export.Architectures.Tokens;
using AdaFormer.Export.Onnx;
using AdaFormer.Export.Weights;

namespace AdaFormer.Export.Architectures.NgSwin;

/// <summary>Window attention by the cosine similarity of queries and keys, times a learned scale per head, with relative position bias.</summary>
internal sealed class CosineAttention(WeightSet weights, string name, int side)
{
    private readonly int _heads = (int)weights.Tensor($"{name}.logit_scale").Shape[0];
    private readonly int _inputs = (int)weights.Tensor($"{name}.proj.weight").Shape[0];
    private readonly int _mixed = (int)weights.Tensor($"{name}.proj.weight").Shape[1];

    /// <summary>Tokens in windows (windows, S², C), and for shifted ones the sides of the image's edges → the input of the projection, (windows, S², h·d).</summary>
    public Value Build(GraphBuilder graph, Value tokens, Value? edges = null)
    {
        int width = _mixed / _heads, part = _mixed * _inputs;
        var (weight, bias) = (weights[$"{name}.qkv.weight"], weights[$"{name}.qkv.bias"]);
        var scales = weights[$"{name}.logit_scale"].Select(logarithm => MathF.Exp(MathF.Min(logarithm, MathF.Log(100)))).ToArray();
        var query = Directions(0, graph.Weight($"{name}.scales", [_heads, 1], scales));
        var key = Directions(1, graph.Scalar(1f));
        if (edges is { } sides)
        {
            var channels = EdgeChannels.Of(graph, sides, _heads, width, 1);
            (query, key) = (graph.Add(query, channels), graph.Add(key, channels));
        }

        var mixed = graph.Node(
            "Attention",
            [InWindows(query), InWindows(key), InWindows(Project(2, roomy: false)), RelativePositionBias.Of(graph, weights, name, side)],
            Attributes.Int("q_num_heads", _heads),
            Attributes.Int("kv_num_heads", _heads),
            Attributes.Float("scale", 1));
        return graph.Reshape(mixed, -1, side * side, _mixed); // ONNX's shape inference assumes the values to be as wide as the queries

        // Each head's vector, normalised to length 1.
        Value Directions(int index, Value factor)
        {
            var rows = Project(index, roomy: edges is not null);
            var vectors = graph.Reshape(rows, graph.Integers(0, 0, _heads, -1));
            var length = graph.Node("Sqrt", [graph.Node("ReduceSumSquare", [vectors, graph.Integers(-1)])]);
            var scaled = graph.Mul(vectors, graph.Node("Div", [factor, graph.Node("Max", [length, graph.Scalar(1e-12f)])]));
            return graph.Reshape(scaled, graph.Node("Shape", [rows]));
        }

        Value Project(int index, bool roomy)
        {
            var (rows, added) = (weight.AsSpan(index * part, part).ToArray(), bias.AsSpan(index * _mixed, _mixed).ToArray());
            if (roomy)
                (rows, added) = (EdgeChannels.WithRoom(rows, _heads, width), EdgeChannels.WithRoom(added, _heads, width));
            var product = graph.MatMul(tokens, WeightSet.Matrix(graph, $"{name}.qkv.{index}", rows, added.Length));
            return graph.Add(product, graph.Weight($"{name}.qkv.{index}.bias", [added.Length], added));
        }

        Value InWindows(Value rows) => graph.Reshape(rows, graph.Shape(graph.Integers(-1, side * side), graph.Size(rows, 2)));
    }
}
