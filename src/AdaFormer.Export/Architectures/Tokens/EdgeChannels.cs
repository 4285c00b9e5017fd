using AdaFormer.Export.Onnx;

namespace AdaFormer.Export.Architectures.Tokens;

/// <summary>
/// In shifted windows, tokens of opposite edges of the image must not see each other. Instead of a mask per window, which would take S² numbers
/// per token, each head gets three extra channels, in which queries and keys hold a position code: its products lower the scores across an
/// edge by 100 relative to the others, like Swin Transformer's mask, and the softmax keeps only differences.
/// </summary>
internal static class EdgeChannels
{
    private const int Count = 3;
    private const float Difference = 100;

    /// <summary>The term added to queries and keys (N, T, h·(d + 3)): (T, h·(d + 3)).</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="edges">The codes, <see cref="ShiftedWindows.Edges"/>.</param>
    /// <param name="heads">Number of heads h.</param>
    /// <param name="width">Channels d of a head.</param>
    /// <param name="scale">The factor of the scores.</param>
    public static Value Of(GraphBuilder graph, Value edges, int heads, int width, float scale)
    {
        var (wide, a) = (width + Count, MathF.Sqrt(Difference / 2 / scale));
        var spread = new float[Count * heads * wide];
        for (var index = 0; index < Count * heads; index++)
            spread[(index % Count * heads * wide) + (index / Count * wide) + width + (index % Count)] = a;
        return graph.MatMul(edges, graph.Weight($"edge_channels_{heads}_{width}", [Count, heads * wide], spread));
    }

    /// <summary>Rows (h·d, C) with three rows of zeros after those of each head: (h·(d + 3), C).</summary>
    public static float[] WithRoom(ReadOnlySpan<float> rows, int heads, int width)
    {
        var (head, columns) = (rows.Length / heads, rows.Length / heads / width);
        var roomy = new float[heads * (width + Count) * columns];
        for (var index = 0; index < heads; index++)
            rows.Slice(index * head, head).CopyTo(roomy.AsSpan(index * (width + Count) * columns));
        return roomy;
    }
}
