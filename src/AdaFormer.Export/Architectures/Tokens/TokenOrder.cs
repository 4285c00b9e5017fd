using AdaFormer.Export.Onnx;

namespace AdaFormer.Export.Architectures.Tokens;

/// <summary>
/// Permutations of an image's tokens, as vectors of token indices. In window order each window's tokens are adjacent, so that padding,
/// shifting and dividing into windows is one <c>Gather</c> of rows, and the inverse order undoes it. They depend only on the image's size.
/// </summary>
internal static class TokenOrder
{
    /// <summary>0, 1, 2, … below a length, which is a vector of one integer.</summary>
    public static Value Positions(GraphBuilder graph, Value length) =>
        graph.Node("Range", [graph.Scalar(0), graph.Reshape(length, graph.Integers()), graph.Scalar(1)]);

    /// <summary>Positions that begin at <paramref name="shift"/> and wrap around.</summary>
    public static Value Rolled(GraphBuilder graph, Value length, int shift) =>
        shift == 0 ? Positions(graph, length) : graph.Node("Mod", [graph.Add(Positions(graph, length), graph.Integers(shift)), length]);

    /// <summary>
    /// The indices of the tokens at the intersections of rows and columns: window by window, in each window cell by cell, in each cell row by row.
    /// </summary>
    /// <param name="graph">The graph.</param>
    /// <param name="rows">Rows of the image, a multiple of the window's side.</param>
    /// <param name="columns">Columns of the image, a multiple of the window's side.</param>
    /// <param name="width">Width of the image, as a vector of one integer.</param>
    /// <param name="side">Side of a window.</param>
    /// <param name="cell">Side of a cell, which divides the window's.</param>
    public static Value Windows(GraphBuilder graph, Value rows, Value columns, Value width, int side, int cell = 1)
    {
        var first = graph.Reshape(graph.Mul(rows, width), -1, 1, side / cell, 1, cell, 1);
        return graph.Reshape(graph.Add(first, graph.Reshape(columns, 1, -1, 1, side / cell, 1, cell)), -1);
    }

    /// <summary>The position of each token in a permutation.</summary>
    public static Value Inverse(GraphBuilder graph, Value order)
    {
        var count = graph.Size(order, 0);
        return graph.Node("ScatterElements", [graph.Filled(count, graph.Scalar(0)), order, Positions(graph, count)]);
    }
}
