using AdaFormer.Export.Onnx;

namespace AdaFormer.Export.Architectures.Tokens;

/// <summary>
/// The orders between an image, its windows, and the windows of the image rolled by <paramref name="shift"/>, which hold tokens of
/// opposite edges in the last window of each row and column.
/// </summary>
/// <param name="graph">The main graph.</param>
/// <param name="height">Height of the image in tokens, which the window's side divides.</param>
/// <param name="width">Width of the image in tokens, which the window's side divides.</param>
/// <param name="side">Side S of a window.</param>
/// <param name="shift">By how many tokens, below S, the shifted windows begin later.</param>
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

    /// <summary>Tokens in a window.</summary>
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
    /// For each token of the shifted windows, vertically and horizontally: 0 where its window is in one piece, else 1 before the image's edge
    /// and −1 behind it: (T, 2).
    /// </summary>
    public Value Edges => _edges ??= graph.Concat(
        1,
        graph.Reshape(graph.Gather(EdgesAlong(height), graph.Node("Div", [FromImage, width])), -1, 1),
        graph.Reshape(graph.Gather(EdgesAlong(width), graph.Node("Mod", [FromImage, width])), -1, 1));

    private Value EdgesAlong(Value length)
    {
        var positions = TokenOrder.Positions(graph, length);
        var last = graph.Where(graph.Less(positions, graph.Sub(length, graph.Integers(shift))), graph.Scalar(1f), graph.Scalar(-1f));
        return graph.Where(graph.Less(positions, graph.Sub(length, graph.Integers(side))), graph.Scalar(0f), last);
    }
}
