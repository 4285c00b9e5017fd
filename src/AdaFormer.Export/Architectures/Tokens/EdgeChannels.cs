using AdaFormer.Export.Onnx;

namespace AdaFormer.Export.Architectures.Tokens;

/// <summary>
/// In shifted windows, tokens of opposite edges of the image must not see each other. Instead of a mask for each window, which would grow
/// with the image, each head gets two more channels: queries and keys hold a there on one side of the edge, −a on the other, and 0 in
/// windows that are in one piece. That adds a² to the scores of tokens on the same side and −a² to the others, and the softmax
/// leaves the difference, 100 as in Swin Transformer's mask.
/// </summary>
internal static class EdgeChannels
{
    private const int Count = 2;
    private const float Difference = 100;

    /// <summary>What queries and keys (N, T, h·(d + 2)) get added: (T, h·(d + 2)).</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="edges">Sides of the edges, of <see cref="ShiftedWindows.Edges"/>.</param>
    /// <param name="heads">Number of heads h.</param>
    /// <param name="width">Channels d of a head.</param>
    /// <param name="scale">What the scores are multiplied by.</param>
    public static Value Of(GraphBuilder graph, Value edges, int heads, int width, float scale)
    {
        var (wide, a) = (width + Count, MathF.Sqrt(Difference / 2 / scale));
        var spread = new float[Count * heads * wide];
        for (var index = 0; index < Count * heads; index++)
            spread[(index % Count * heads * wide) + (index / Count * wide) + width + (index % Count)] = a;
        return graph.MatMul(edges, graph.Weight($"edge_channels_{heads}_{width}", [Count, heads * wide], spread));
    }

    /// <summary>Rows (h·d, C) with two rows of zeros behind those of each head: (h·(d + 2), C).</summary>
    public static float[] WithRoom(ReadOnlySpan<float> rows, int heads, int width)
    {
        var (head, columns) = (rows.Length / heads, rows.Length / heads / width);
        var roomy = new float[heads * (width + Count) * columns];
        for (var index = 0; index < heads; index++)
            rows.Slice(index * head, head).CopyTo(roomy.AsSpan(index * (width + Count) * columns));
        return roomy;
    }
}
