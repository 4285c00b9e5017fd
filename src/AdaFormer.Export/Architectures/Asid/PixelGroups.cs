using AdaFormer.Export.Onnx;

namespace AdaFormer.Export.Architectures.Asid;

/// <summary>The 64 pixels that attend to each other.</summary>
internal enum Reach
{
    /// <summary>The 8×8 pixels of a window.</summary>
    Local,

    /// <summary>8×8 pixels spread over the whole image at equal distances, an eighth of its height and width.</summary>
    Global,
}

/// <summary>Divides an image into groups of 64 pixels, in either way: (N, C, 8X, 8Y) to rows (N·X·Y·64, C), group by group, and back.</summary>
internal sealed class PixelGroups(GraphBuilder graph, Value image)
{
    public const int Side = 8;
    public const int Area = Side * Side;

    private readonly WindowGrid _windows = new(graph, image, Side);
    private readonly Value _down = graph.Div(graph.Size(image, 2), graph.Integers(Side));
    private readonly Value _across = graph.Div(graph.Size(image, 3), graph.Integers(Side));
    private readonly Value _height = graph.Size(image, 2);
    private readonly Value _width = graph.Size(image, 3);

    /// <summary>Number of images, as a vector of one integer.</summary>
    public Value Images => _windows.Images;

    public Value ToRows(Value pixels, int channels, Reach reach)
    {
        if (reach == Reach.Local)
            return _windows.ToTokens(graph, pixels, channels);
        var tokens = graph.Transpose(graph.Reshape(pixels, 0, channels, -1), 0, 2, 1); // (N, 8X·8Y, C)
        var rows = graph.Reshape(tokens, graph.Shape(Images, graph.Integers(Side), _down, graph.Mul(_width, graph.Integers(channels))));
        var columns = graph.Reshape(graph.Transpose(rows, 0, 2, 1, 3), graph.Shape(graph.Integers(-1, Area), _across, graph.Integers(channels))); // (N·X, 64, Y, C)
        return graph.Reshape(graph.Transpose(columns, 0, 2, 1, 3), -1, channels);
    }

    public Value ToImage(Value rows, int channels, Reach reach)
    {
        if (reach == Reach.Local)
            return _windows.ToImage(graph, rows, channels);
        var columns = graph.Reshape(rows, graph.Shape(graph.Integers(-1), _across, graph.Integers(Area, channels))); // (N·X, Y, 64, C)
        var lines = graph.Reshape(
            graph.Transpose(columns, 0, 2, 1, 3), graph.Shape(Images, _down, graph.Integers(Side), graph.Mul(_width, graph.Integers(channels))));
        var tokens = graph.Reshape(graph.Transpose(lines, 0, 2, 1, 3), graph.Shape(Images, graph.Integers(-1, channels)));
        return graph.Reshape(graph.Transpose(tokens, 0, 2, 1), graph.Shape(Images, graph.Integers(channels), _height, _width));
    }
}
