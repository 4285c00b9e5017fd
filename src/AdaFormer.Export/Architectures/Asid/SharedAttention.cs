using AdaFormer.Export.Onnx;
using AdaFormer.Export.Weights;

namespace AdaFormer.Export.Architectures.Asid;

/// <summary>
/// Single-head self-attention within groups of 64 pixels. The first block computes the attention weights, the others reuse them.
/// <para>
/// With one head, small matrices can be multiplied in advance: queries times keys are one product of the normalised tokens with a constant and with themselves,
/// where the keys' bias adds a constant to all scores of a query, which the softmax cancels; the projections of values and result are merged, and as
/// the weights sum to 1, its shift is added at the end. The layer norm's scale and shift are folded in.
/// </para>
/// </summary>
internal sealed class SharedAttention(WeightSet weights, string name, int channels, Reach reach)
{
    private readonly float[] _scale = weights[$"{name}.norm.weight"];
    private readonly float[] _shift = weights[$"{name}.norm.bias"];

    /// <summary>The image (N, C, H, W) with its update, the same shape, and the attention weights (groups, 64, 64).</summary>
    public (Value Image, Value Attention) Build(GraphBuilder graph, PixelGroups groups, Value image, Value? given)
    {
        var rows = groups.ToRows(image, channels, reach);
        var normal = graph.NormalizeRows(rows);
        var attention = given ?? Attention(graph, normal);
        var (matrix, shift) = ValueProjection(
            given is null ? weights[$"{name}.attn.to_qkv.weight"].AsSpan(2 * channels * channels) : weights[$"{name}.attn.to_v.weight"]);
        var values = graph.MatMul(normal, graph.Weight($"{name}.values", [channels, channels], matrix));
        var mixed = graph.Reshape(graph.MatMul(attention, Grouped(graph, values)), -1, channels);
        var result = graph.Add(graph.Add(mixed, graph.Weight($"{name}.values.shift", [channels], shift)), rows);
        return (groups.ToImage(result, channels, reach), attention);
    }

    private Value Attention(GraphBuilder graph, Value normal)
    {
        var (matrix, shift) = QueryProjection();
        var queries = graph.Add(
            graph.MatMul(normal, graph.Weight($"{name}.queries", [channels, channels], matrix)), graph.Weight($"{name}.queries.shift", [channels], shift));
        var scores = graph.MatMul(Grouped(graph, queries), graph.Transpose(Grouped(graph, normal), 0, 2, 1));
        return graph.Softmax(graph.Add(scores, PositionBias(graph)));
    }

    private Value Grouped(GraphBuilder graph, Value rows) => graph.Reshape(rows, -1, PixelGroups.Area, channels);

    /// <summary>The matrix γWqᵀWkγ/√C, by input, and the shift γWkᵀWqβ/√C: the query projection when the normalised tokens are the keys.</summary>
    private (float[] Matrix, float[] Shift) QueryProjection()
    {
        var all = weights[$"{name}.attn.to_qkv.weight"];
        var query = all.AsSpan(0, channels * channels);
        var key = all.AsSpan(channels * channels, channels * channels);
        var (matrix, shift) = (new float[channels * channels], new float[channels]);
        for (var column = 0; column < channels; column++)
        {
            double shifted = 0;
            for (var row = 0; row < channels; row++)
            {
                double sum = 0;
                for (var inner = 0; inner < channels; inner++)
                    sum += (double)query[(inner * channels) + row] * key[(inner * channels) + column];
                sum *= _scale[column] / Math.Sqrt(channels);
                matrix[(row * channels) + column] = (float)(sum * _scale[row]);
                shifted += sum * _shift[row];
            }

            shift[column] = (float)shifted;
        }

        return (matrix, shift);
    }

    /// <summary>The matrix (WoWvγ)ᵀ, by input, and the shift WoWvβ.</summary>
    private (float[] Matrix, float[] Shift) ValueProjection(ReadOnlySpan<float> value)
    {
        var output = weights[$"{name}.attn.to_out.0.weight"];
        var (matrix, shift) = (new float[channels * channels], new float[channels]);
        for (var column = 0; column < channels; column++)
        {
            double shifted = 0;
            for (var row = 0; row < channels; row++)
            {
                double sum = 0;
                for (var inner = 0; inner < channels; inner++)
                    sum += (double)output[(column * channels) + inner] * value[(inner * channels) + row];
                matrix[(row * channels) + column] = (float)(sum * _scale[row]);
                shifted += sum * _shift[row];
            }

            shift[column] = (float)shifted;
        }

        return (matrix, shift);
    }

    /// <summary>The bias table laid out as (64, 64), by the offset query − key.</summary>
    private Value PositionBias(GraphBuilder graph)
    {
        const int side = PixelGroups.Side, area = PixelGroups.Area;
        var table = weights[$"{name}.attn.rel_pos_bias.weight"];
        var bias = new float[area * area];
        for (var query = 0; query < area; query++)
        {
            for (var key = 0; key < area; key++)
            {
                var row = (query / side) - (key / side) + side - 1;
                var column = (query % side) - (key % side) + side - 1;
                bias[(query * area) + key] = table[(row * ((2 * side) - 1)) + column];
            }
        }

        return graph.Weight($"{name}.position_bias", [area, area], bias);
    }
}
