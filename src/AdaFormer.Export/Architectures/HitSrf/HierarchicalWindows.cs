using AdaFormer.Export.Architectures.Tokens;
using AdaFormer.Export.Onnx;

namespace AdaFormer.Export.Architectures.HitSrf;

/// <summary>
/// Windows of one size over an image that is mirrored up to whole windows. In a window, the tokens are ordered cell by cell: the window's
/// spatial projection makes one token of a cell, and there are at most 8 × 8.
/// </summary>
internal sealed class HierarchicalWindows
{
    private const int MostCells = 8;

    public HierarchicalWindows(GraphBuilder graph, Value height, Value width, int side)
    {
        (Side, Cell) = (side, CellOf(side));
        Value rows = Padding.Sources(graph, height, side), columns = Padding.Sources(graph, width, side);
        (PaddedHeight, PaddedWidth) = (graph.Size(rows, 0), graph.Size(columns, 0));
        var order = TokenOrder.Windows(
            graph, TokenOrder.Positions(graph, PaddedHeight), TokenOrder.Positions(graph, PaddedWidth), PaddedWidth, side, Cell);
        FromPadded = order;
        Padded = TokenOrder.Windows(graph, rows, columns, width, 1);
        FromImage = graph.Gather(Padded, order);
        var places = graph.Reshape(TokenOrder.Inverse(graph, order), graph.Shape(PaddedHeight, PaddedWidth));
        ToImage = graph.Reshape(graph.Slice(places, graph.Shape(height, width), 0, 1), -1);
    }

    /// <summary>Side of a window in tokens.</summary>
    public int Side { get; }

    /// <summary>Side of a cell in tokens.</summary>
    public int Cell { get; }

    public Value PaddedHeight { get; }

    public Value PaddedWidth { get; }

    /// <summary>Order that pads the image's tokens.</summary>
    public Value Padded { get; }

    /// <summary>Order that divides the padded image's tokens into windows.</summary>
    public Value FromPadded { get; }

    /// <summary>Order that pads the image's tokens and divides them into windows.</summary>
    public Value FromImage { get; }

    /// <summary>Order that reassembles the image from windows, and crops.</summary>
    public Value ToImage { get; }

    /// <summary>Side of a cell in a window of this side.</summary>
    public static int CellOf(int side) => side <= MostCells ? 1 : side / MostCells;
}
