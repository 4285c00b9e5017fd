using AdaFormer.Export.Onnx;

namespace AdaFormer.Export.Architectures.OmniSr;

/// <summary>
/// An image (N, C, H, W) in squares of S×S pixels, and in the H/S·W/S pictures of S×S that pixels at equal places of a grid make: what is near, and what is far.
/// </summary>
internal sealed class OmniWindows(GraphBuilder graph, Value height, Value width, int side, int channels)
{
    private static readonly long[] SquareTokens = [0, 2, 4, 3, 5, 1];
    private static readonly long[] GridTokens = [0, 3, 5, 2, 4, 1];
    private static readonly long[] SquareTokensBack = [0, 5, 1, 3, 2, 4];
    private static readonly long[] GridTokensBack = [0, 5, 3, 1, 4, 2];
    private readonly Value _rows = graph.Node("Div", [height, graph.Integers(side)]);
    private readonly Value _columns = graph.Node("Div", [width, graph.Integers(side)]);

    public int Side => side;

    public int Channels => channels;

    /// <summary>(N, C, H, W) → (N·H/S·W/S, S², C).</summary>
    public Value Tokens(Value image, bool grid) =>
        graph.Reshape(graph.Transpose(graph.Reshape(image, Divided(grid, graph.Integers(0, channels))), grid ? GridTokens : SquareTokens), -1, side * side, channels);

    /// <summary>The inverse of <see cref="Tokens"/>.</summary>
    public Value FromTokens(Value tokens, bool grid)
    {
        var apart = graph.Reshape(tokens, graph.Shape(graph.Integers(-1), _rows, _columns, graph.Integers(side, side, channels)));
        return graph.Reshape(graph.Transpose(apart, grid ? GridTokensBack : SquareTokensBack), graph.Shape(graph.Integers(0, channels), height, width));
    }

    /// <summary>Channels by head, each with its pixels of a square, or with one of each square: (N, C, H, W) → (n, h, C/h, pixels).</summary>
    public Value Channelwise(Value image, int heads, bool grid)
    {
        var apart = graph.Reshape(image, Divided(grid: false, graph.Integers(0, heads, channels / heads)));
        return grid
            ? graph.Reshape(graph.Transpose(apart, 0, 4, 6, 1, 2, 3, 5), graph.Shape(graph.Integers(-1, heads, channels / heads), graph.Mul(_rows, _columns)))
            : graph.Reshape(graph.Transpose(apart, 0, 3, 5, 1, 2, 4, 6), -1, heads, channels / heads, side * side);
    }

    /// <summary>The inverse of <see cref="Channelwise"/>.</summary>
    public Value FromChannelwise(Value parts, int heads, bool grid)
    {
        Value square = graph.Integers(side, side), own = graph.Integers(heads, channels / heads), first = graph.Integers(-1), count = graph.Shape(_rows, _columns);
        var apart = graph.Reshape(parts, grid ? graph.Shape(first, square, own, count) : graph.Shape(first, count, own, square));
        var ordered = grid ? graph.Transpose(apart, 0, 3, 4, 5, 1, 6, 2) : graph.Transpose(apart, 0, 3, 4, 1, 5, 2, 6);
        return graph.Reshape(ordered, graph.Shape(graph.Integers(0, channels), height, width));
    }

    // A row of pixels is S of every square in turn, or every square's in turn S times.
    private Value Divided(bool grid, Value before)
    {
        var own = graph.Integers(side);
        return grid ? graph.Shape(before, own, _rows, own, _columns) : graph.Shape(before, _rows, own, _columns, own);
    }
}
