using AdaFormer.Export.Architectures.Tokens;
using AdaFormer.Export.Onnx;
using AdaFormer.Export.Weights;

namespace AdaFormer.Export.Architectures;

/// <summary>Self-attention within each window, with relative position bias (Eq. 8, 9).</summary>
internal sealed class LocalAttention(AdaFormerConfiguration configuration, WeightSet weights, string name, string norm)
{
    /// <summary>Tokens of whole windows, of mean 0 and variance 1 (windows · S², D) → their update, the same shape.</summary>
    public Value Build(GraphBuilder graph, Value rows)
    {
        int area = configuration.Window * configuration.Window, embed = configuration.Embed;
        var (weight, bias) = weights.FoldedNorm($"{name}.qkv", norm);
        // The keys' bias adds the same to all scores of a query, which the softmax cancels; the values' can as well be added to the result.
        var mixed = graph.Node(
            "Attention",
            [graph.Add(Project(0), Bias(0)), Project(1), Project(2), RelativePositionBias.Of(graph, weights, name, configuration.Window)],
            Attributes.Int("q_num_heads", configuration.Heads),
            Attributes.Int("kv_num_heads", configuration.Heads));
        return graph.Reshape(graph.Add(mixed, Bias(2)), -1, embed);

        // Three products rather than one to split: the split would copy them all.
        Value Project(int part)
        {
            var own = weight.AsSpan(part * embed * embed, embed * embed);
            return graph.Reshape(graph.MatMul(rows, WeightSet.Matrix(graph, $"{name}.qkv.{part}", own, embed)), -1, area, embed);
        }

        Value Bias(int part) => graph.Weight($"{name}.qkv.{part}.bias", [embed], bias.AsSpan(part * embed, embed));
    }
}
