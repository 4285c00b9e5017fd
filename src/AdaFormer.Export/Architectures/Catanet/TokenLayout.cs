using AdaFormer.Export.Onnx;

namespace AdaFormer.Export.Architectures.Catanet;

/// <summary>An image (N, C, H, W) against a row for each pixel (N·H·W, C).</summary>
internal sealed class TokenLayout(GraphBuilder main, Value image, int channels)
{
    /// <summary>N, as a vector of one integer.</summary>
    public Value Images { get; } = main.Size(image, 0);

    /// <summary>H, as a vector of one integer.</summary>
    public Value Height { get; } = main.Size(image, 2);

    /// <summary>W, as a vector of one integer.</summary>
    public Value Width { get; } = main.Size(image, 3);

    public Value ToRows(GraphBuilder graph, Value pixels) =>
        graph.Reshape(graph.Transpose(graph.Reshape(pixels, 0, channels, -1), 0, 2, 1), -1, channels);

    public Value ToImage(GraphBuilder graph, Value rows)
    {
        var tokens = graph.Reshape(rows, graph.Shape(Images, graph.Integers(-1, channels)));
        return graph.Reshape(graph.Transpose(tokens, 0, 2, 1), graph.Shape(Images, graph.Integers(channels), Height, Width));
    }
}
