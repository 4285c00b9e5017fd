using AdaFormer.Export.Architectures.Tokens;
using AdaFormer.Export.Onnx;
using AdaFormer.Export.Weights;

namespace AdaFormer.Export.Architectures.NgSwin;

/// <summary>One block: X ← X + norm(attention(X + context)) in windows, shifted or not, then X ← X + norm(MLP(X)).</summary>
internal sealed class NGramBlock(WeightSet weights, string name, ShiftedWindows windows, NGramContext context, bool shifted)
{
    /// <summary>(N, T, C) → (N, T, C), window by window.</summary>
    public Value Build(GraphBuilder graph, Value tokens)
    {
        tokens = graph.Add(tokens, weights.LayerNorm(graph, $"{name}.norm1", Attention(graph, tokens)));
        var hidden = graph.Gelu(weights.TokenLinear(graph, $"{name}.ffn.fc1", tokens));
        return graph.Add(tokens, weights.LayerNorm(graph, $"{name}.norm2", weights.TokenLinear(graph, $"{name}.ffn.fc2", hidden)));
    }

    private Value Attention(GraphBuilder graph, Value tokens)
    {
        var shape = graph.Node("Shape", [tokens]);
        var around = context.Build(graph, $"{name}.ngram_window_partition.ngram_context", tokens);
        var inWindows = graph.Reshape(tokens, graph.Shape(graph.Integers(-1, windows.Area), graph.Size(tokens, 2)));
        var informed = graph.Reshape(graph.Add(inWindows, around), shape);
        if (shifted)
            informed = graph.Ordered(informed, windows.ToShifted);
        var mixed = new CosineAttention(weights, $"{name}.attn", windows.Side).Build(graph, informed, shifted ? windows.Edges : null);
        mixed = graph.Reshape(weights.TokenLinear(graph, $"{name}.attn.proj", mixed), shape);
        return shifted ? graph.Ordered(mixed, windows.FromShifted) : mixed;
    }
}
