using AdaFormer.Export.Architectures.Tokens;
using AdaFormer.Export.Onnx;
using AdaFormer.Export.Weights;

namespace AdaFormer.Export.Architectures;

/// <summary>Self-attention within each window, with relative position bias (Eq. 8, 9).</summary>
internal sealed class LocalAttention(AdaFormerConfiguration configuration, WeightSet weights, string name, string norm)
{
    /// <summary>The values' bias (D). Attention weights sum to 1, so it is added to every token's update unchanged.</summary>
    public Value ValueBias(GraphBuilder graph) => Bias(graph, 2);

    /// <summary>Tokens of whole windows, of mean 0 and variance 1 (windows · S², D) → their update without <see cref="ValueBias"/>, the same shape.</summary>
    public Value Build(GraphBuilder graph, Value rows)
    {
        int area = configuration.Window * configuration.Window, embed = configuration.Embed;
        var weight = weights.FoldedNorm($"{name}.qkv", norm).Weight;
        // The keys' bias adds a constant to all scores of a query, which the softmax cancels.
        var mixed = graph.Node(
            "Attention",
            [graph.Add(Project(0), Bias(graph, 0)), Project(1), Project(2), RelativePositionBias.Of(graph, weights, name, configuration.Window)],
            Attributes.Int("q_num_heads", configuration.Heads),
            Attributes.Int("kv_num_heads", configuration.Heads));
        return graph.Reshape(mixed, -1, embed);

        // Three products instead of a split of one: the split would copy everything.
        Value Project(int part)
        {
            var own = weight.AsSpan(part * embed * embed, embed * embed);
            return graph.Reshape(graph.MatMul(rows, WeightSet.Matrix(graph, $"{name}.qkv.{part}", own, embed)), -1, area, embed);
        }
    }

    private Value Bias(GraphBuilder graph, int part)
    {
        var embed = configuration.Embed;
        return graph.Weight($"{name}.qkv.{part}.bias", [embed], weights.FoldedNorm($"{name}.qkv", norm).Bias.AsSpan(part * embed, embed));
    }
}
