using AdaFormer.Export.Onnx;

namespace AdaFormer.Export.Architectures.Tokens;

/// <summary>Converts images (N, C, H, W) to tokens (N, H·W, C), with a pixel's channels adjacent, and back.</summary>
internal static class TokenLayout
{
    /// <summary>(N, C, H, W) → (N, H·W, C), row by row.</summary>
    public static Value ToTokens(this GraphBuilder graph, Value image, int channels) =>
        graph.Transpose(graph.Reshape(image, 0, channels, -1), 0, 2, 1);

    /// <summary>(N, H·W, C), row by row → (N, C, H, W).</summary>
    public static Value ToImage(this GraphBuilder graph, Value tokens, int channels, Value height, Value width) =>
        graph.Reshape(graph.Transpose(tokens, 0, 2, 1), graph.Shape(graph.Integers(0, channels), height, width));

    /// <summary>Gathers tokens in a different order, possibly repeated: (N, T, C) and an order (U) → (N, U, C).</summary>
    public static Value Ordered(this GraphBuilder graph, Value tokens, Value order) => graph.Gather(tokens, order, 1);
}
