using AdaFormer.Export.Onnx;

namespace AdaFormer.Export.Architectures.Tokens;

/// <summary>Images (N, C, H, W) as tokens (N, H·W, C), a pixel's channels in a row, and back.</summary>
internal static class TokenLayout
{
    /// <summary>(N, C, H, W) → (N, H·W, C), rows first.</summary>
    public static Value ToTokens(this GraphBuilder graph, Value image, int channels) =>
        graph.Transpose(graph.Reshape(image, 0, channels, -1), 0, 2, 1);

    /// <summary>(N, H·W, C), rows first → (N, C, H, W).</summary>
    public static Value ToImage(this GraphBuilder graph, Value tokens, int channels, Value height, Value width) =>
        graph.Reshape(graph.Transpose(tokens, 0, 2, 1), graph.Shape(graph.Integers(0, channels), height, width));

    /// <summary>Tokens in another order, or some of them several times: (N, T, C) and an order (U) → (N, U, C).</summary>
    public static Value Ordered(this GraphBuilder graph, Value tokens, Value order) => graph.Gather(tokens, order, 1);
}
