using AdaFormer.Export.Onnx;
using AdaFormer.Export.Weights;

namespace AdaFormer.Export.Architectures.Tokens;

/// <summary>Layers that process each token separately: (N, T, C) → (N, T, C').</summary>
internal static class TokenLayers
{
    /// <summary>A linear layer or a 1×1 convolution.</summary>
    public static Value TokenLinear(this WeightSet weights, GraphBuilder graph, string name, Value tokens) =>
        graph.Add(graph.MatMul(tokens, weights.Matrix(graph, name)), weights.In(graph, name + ".bias"));

    /// <summary>A linear layer on tokens (N, T, C) or rows (n, C) of mean 0 and variance 1, with the scale and shift of the layer norm before it folded in.</summary>
    public static Value TokenLinear(this WeightSet weights, GraphBuilder graph, string name, Value normalized, string norm)
    {
        var (weight, bias) = weights.FoldedNorm(name, norm);
        var product = graph.MatMul(normalized, WeightSet.Matrix(graph, name, weight, bias.Length));
        return graph.Add(product, graph.Weight(name + ".folded_bias", [bias.Length], bias));
    }

    /// <summary>A layer norm.</summary>
    public static Value LayerNorm(this WeightSet weights, GraphBuilder graph, string name, Value tokens) =>
        graph.Add(graph.Mul(Normalize(graph, tokens), weights.In(graph, name + ".weight")), weights.In(graph, name + ".bias"));

    /// <summary>
    /// Tokens minus their mean, divided by their deviation. Uses instance normalisation with a token as a channel, because ONNX Runtime's
    /// layer normalisation is several times slower on short rows.
    /// </summary>
    public static Value Normalize(GraphBuilder graph, Value tokens)
    {
        var rows = graph.Reshape(tokens, graph.Shape(graph.Integers(1, -1), graph.Size(tokens, 2)));
        var count = graph.Size(rows, 1);
        var normal = graph.Node(
            "InstanceNormalization",
            [rows, graph.Filled(count, graph.Scalar(1f)), graph.Filled(count, graph.Scalar(0f))],
            Attributes.Float("epsilon", 1e-5f));
        return graph.Reshape(normal, graph.Node("Shape", [tokens]));
    }
}
