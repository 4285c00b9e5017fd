using AdaFormer.Export.Onnx;

namespace AdaFormer.Export.Architectures.Tokens;

/// <summary>
/// Permutations between an image, its windows, and the windows of the image rolled by <paramref name="shift"/>, which contain tokens of
/// opposite edges in the last window of each row and column.
/// </summary>
/// <param name="graph">The main graph.</param>
/// <param name="height">Height of the image in tokens, a multiple of the window's side.</param>
/// <param name="width">Width of the image in tokens, a multiple of the window's side.</param>
/// <param name="side">Side S of a window.</param>
/// <param name="shift">Offset of the shifted windows in tokens, below S.</param>
internal sealed class ShiftedWindows(GraphBuilder graph, Value height, Value width, int side, int shift)
{
    private Value? _fromImage;
    private Value? _toImage;
    private Value? _toShifted;
    private Value? _fromShifted;
    private Value? _edges;

    public Value Height => height;

    public Value Width => width;

    public int Side => side;

    /// <summary>Tokens per window.</summary>
    public int Area => side * side;

    /// <summary>Image → windows.</summary>
    public Value FromImage => _fromImage ??= TokenOrder.Windows(
        graph, TokenOrder.Positions(graph, height), TokenOrder.Positions(graph, width), width, side);

    /// <summary>Windows → image.</summary>
    public Value ToImage => _toImage ??= TokenOrder.Inverse(graph, FromImage);

    /// <summary>Windows → shifted windows.</summary>
    public Value ToShifted => _toShifted ??= graph.Gather(
        ToImage, TokenOrder.Windows(graph, TokenOrder.Rolled(graph, height, shift), TokenOrder.Rolled(graph, width, shift), width, side));

    /// <summary>Shifted windows → windows.</summary>
    public Value FromShifted => _fromShifted ??= TokenOrder.Inverse(graph, ToShifted);

    /// <summary>
    /// A code (T, 3) for each token of the shifted windows. If its window contains opposite edges, the product of two tokens' codes is 2 less if
    /// there is an edge between them; otherwise the code is 0.
    /// </summary>
    public Value Edges => _edges ??= EdgeCodes();

    // With r and c for above or below, left or right of an edge (1, −1; 0 without one): (r, c, rc)/√2 in windows with both edges, else (r, c, 0).
    private Value EdgeCodes()
    {
        var row = graph.Gather(SidesAlong(height), graph.Node("Div", [FromImage, width]));
        var column = graph.Gather(SidesAlong(width), graph.Node("Mod", [FromImage, width]));
        var both = graph.Mul(row, column);
        var code = graph.Concat(1, graph.Reshape(row, -1, 1), graph.Reshape(column, -1, 1), graph.Reshape(both, -1, 1));
        var single = graph.Node("Equal", [graph.Reshape(both, -1, 1), graph.Scalar(0f)]);
        return graph.Mul(code, graph.Where(single, graph.Scalar(1f), graph.Scalar(MathF.Sqrt(0.5f))));
    }

    /// <summary>0 in all windows except the last; in the last, 1 before the image's edge and −1 after it.</summary>
    private Value SidesAlong(Value length)
    {
        var positions = TokenOrder.Positions(graph, length);
        var last = graph.Where(graph.Less(positions, graph.Sub(length, graph.Integers(shift))), graph.Scalar(1f), graph.Scalar(-1f));
        return graph.Where(graph.Less(positions, graph.Sub(length, graph.Integers(side))), graph.Scalar(0f), last);
    }
}
