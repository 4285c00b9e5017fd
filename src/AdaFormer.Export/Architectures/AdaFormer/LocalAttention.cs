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
            [graph.Add(Project(0), Bias(0)), Project(1), Project(2), PositionBias(graph)],
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

    /// <summary>The bias table laid out as (1, h, S², S²), by the offset query − key.</summary>
    private Value PositionBias(GraphBuilder graph)
    {
        int side = configuration.Window, area = side * side, span = 2 * side - 1, heads = configuration.Heads;
        var table = weights[$"{name}.relative_position_bias_table"];
        var bias = new float[heads * area * area];
        for (var head = 0; head < heads; head++)
        {
            for (var query = 0; query < area; query++)
            {
                for (var key = 0; key < area; key++)
                {
                    var row = (query / side) - (key / side) + side - 1;
                    var column = (query % side) - (key % side) + side - 1;
                    bias[(((head * area) + query) * area) + key] = table[(((row * span) + column) * heads) + head];
                }
            }
        }

        return graph.Weight($"{name}.relative_position_bias", [1, heads, area, area], bias);
    }
}
