using AdaFormer.Export.Onnx;
using AdaFormer.Export.Weights;

namespace AdaFormer.Export.Architectures.Tokens;

/// <summary>The learned bias of Swin Transformer's attention: by head, and by the offset query − key in a window.</summary>
internal static class RelativePositionBias
{
    /// <summary>The table <c>name.relative_position_bias_table</c> ((2S − 1)², h), laid out as (1, h, S², S²).</summary>
    public static Value Of(GraphBuilder graph, WeightSet weights, string name, int side) =>
        Of(graph, weights[$"{name}.relative_position_bias_table"], name, side);

    /// <summary>A table ((2S − 1)², h), laid out as (1, h, S², S²), for the attention with a name.</summary>
    public static Value Of(GraphBuilder graph, float[] table, string name, int side)
    {
        int area = side * side, span = 2 * side - 1;
        var heads = table.Length / (span * span);
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

    /// <summary>The side S of the windows that a table belongs to.</summary>
    /// <exception cref="WeightsFormatException">The table does not have (2S − 1)² rows.</exception>
    public static int SideOf(Checkpoint checkpoint, string name) => SideOfTable(checkpoint, $"{name}.relative_position_bias_table");

    /// <summary>The side S of the windows that the table with a tensor's name belongs to.</summary>
    /// <exception cref="WeightsFormatException">The table does not have (2S − 1)² rows.</exception>
    public static int SideOfTable(Checkpoint checkpoint, string tensor)
    {
        var rows = checkpoint.Extent(tensor, 0);
        var span = (int)Math.Sqrt(rows);
        return span * span == rows && span % 2 == 1
            ? (span + 1) / 2
            : throw new WeightsFormatException($"Tensor '{tensor}' has {rows} rows; expected (2S − 1)² for windows of side S, such as 225 for 8.");
    }
}
