using AdaFormer.Export.Architectures.Tokens;
using AdaFormer.Export.Onnx;
using AdaFormer.Export.Weights;

namespace AdaFormer.Export.Architectures.SwinIr;

/// <summary>One Swin Transformer block: X ← X + attention(norm(X)) in windows, shifted or not, then X ← X + MLP(norm(X)).</summary>
internal sealed class SwinBlock(WeightSet weights, string name, ShiftedWindows windows, int heads, bool shifted)
{
    private readonly int _channels = (int)weights.Tensor($"{name}.norm1.weight").Shape[0];

    /// <summary>(N, T, C) → (N, T, C), window by window.</summary>
    public Value Build(GraphBuilder graph, Value tokens)
    {
        tokens = graph.Add(tokens, Attention(graph, TokenLayers.Normalize(graph, tokens)));
        var hidden = graph.Gelu(weights.TokenLinear(graph, $"{name}.mlp.fc1", TokenLayers.Normalize(graph, tokens), $"{name}.norm2"));
        return graph.Add(tokens, weights.TokenLinear(graph, $"{name}.mlp.fc2", hidden));
    }

    private Value Attention(GraphBuilder graph, Value normal)
    {
        var (weight, bias) = weights.FoldedNorm($"{name}.attn.qkv", $"{name}.norm1");
        int width = _channels / heads, square = _channels * _channels;
        var scale = 1 / MathF.Sqrt(width);
        var arranged = shifted ? graph.Ordered(normal, windows.ToShifted) : normal;
        Value query = Project("q", Roomy(weight.AsSpan(0, square)), Roomy(bias.AsSpan(0, _channels)));
        // The keys' bias adds a constant to all scores of a query, which the softmax cancels.
        Value key = graph.MatMul(arranged, Matrix("k", Roomy(weight.AsSpan(square, square))));
        Value value = Project("v", weight[(2 * square)..], bias[(2 * _channels)..]);
        if (shifted)
        {
            var edges = EdgeChannels.Of(graph, windows.Edges, heads, width, scale);
            (query, key) = (graph.Add(query, edges), graph.Add(key, edges));
        }

        var mixed = graph.Node(
            "Attention",
            [InWindows(query), InWindows(key), InWindows(value), RelativePositionBias.Of(graph, weights, $"{name}.attn", windows.Side)],
            Attributes.Int("q_num_heads", heads),
            Attributes.Int("kv_num_heads", heads),
            Attributes.Float("scale", scale));
        mixed = weights.TokenLinear(graph, $"{name}.attn.proj", graph.Reshape(mixed, graph.Node("Shape", [normal])));
        return shifted ? graph.Ordered(mixed, windows.FromShifted) : mixed;

        float[] Roomy(ReadOnlySpan<float> rows) => shifted ? EdgeChannels.WithRoom(rows, heads, width) : rows.ToArray();

        Value Matrix(string part, float[] rows) => WeightSet.Matrix(graph, $"{name}.attn.{part}", rows, rows.Length / _channels);

        Value Project(string part, float[] rows, float[] added) =>
            graph.Add(graph.MatMul(arranged, Matrix(part, rows)), graph.Weight($"{name}.attn.{part}.bias", [added.Length], added));

        Value InWindows(Value rows) => graph.Reshape(rows, graph.Shape(graph.Integers(-1, windows.Area), graph.Size(rows, 2)));
    }
}
