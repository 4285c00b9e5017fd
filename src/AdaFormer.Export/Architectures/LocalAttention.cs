using AdaFormer.Export.Onnx;
using AdaFormer.Export.Weights;

namespace AdaFormer.Export.Architectures;

/// <summary>Self-attention within each window, with relative position bias (Eq. 8, 9).</summary>
internal sealed class LocalAttention(AdaFormerConfiguration configuration, WeightSet weights, string name)
{
    /// <summary>Normalised tokens of whole windows (windows · S², D) → their update, the same shape.</summary>
    public Value Build(GraphBuilder graph, Value rows)
    {
        int area = configuration.Window * configuration.Window, embed = configuration.Embed;
        var projected = graph.Reshape(weights.Linear(graph, $"{name}.qkv", rows), -1, area, 3 * embed);
        var parts = graph.SplitEqually(projected, 3, axis: 2);
        var mixed = graph.Node(
            "Attention",
            [parts[0], parts[1], parts[2], PositionBias(graph)],
            Attributes.Int("q_num_heads", configuration.Heads),
            Attributes.Int("kv_num_heads", configuration.Heads));
        return graph.Reshape(mixed, -1, embed);
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
