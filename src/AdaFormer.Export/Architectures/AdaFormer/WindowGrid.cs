using AdaFormer.Export.Onnx;

namespace AdaFormer.Export.Architectures;

/// <summary>
/// The windows of S×S tokens that a batch of padded images is divided into, one token per t×t pixels. Tokens are ordered window by window, row by row,
/// so that a window is S² consecutive rows: image layout (N, C, Ht, Wt) and token layout (N·Hw·Ww·S², C), with Ht = Hw·S and Wt = Ww·S. Converted in two steps,
/// whole window rows first, which is several times faster in ONNX Runtime than one transposition of six axes.
/// </summary>
internal sealed class WindowGrid(GraphBuilder graph, Value paddedImage, int side, int stride = 1)
{
    private readonly Value _side = graph.Integers(side);
    private readonly Value _down = Divided(graph, graph.Size(paddedImage, 2), side * stride);
    private readonly Value _across = Divided(graph, graph.Size(paddedImage, 3), side * stride);
    private readonly Value _height = Divided(graph, graph.Size(paddedImage, 2), stride);
    private readonly Value _width = Divided(graph, graph.Size(paddedImage, 3), stride);

    /// <summary>Number of images, as a vector of one integer.</summary>
    public Value Images { get; } = graph.Size(paddedImage, 0);

    /// <summary>Tokens per window.</summary>
    public int Area => side * side;

    /// <summary>(N, C, Ht, Wt) → (tokens, C).</summary>
    public Value ToTokens(GraphBuilder scope, Value image, int channels)
    {
        var pixels = scope.Transpose(scope.Reshape(image, 0, channels, -1), 0, 2, 1); // (N, Ht·Wt, C)
        var split = scope.Reshape(pixels, scope.Shape(Images, _down, _side, _across, scope.Integers(side * channels)));
        return scope.Reshape(scope.Transpose(split, 0, 1, 3, 2, 4), -1, channels);
    }

    /// <summary>(tokens, C) → (N, C, Ht, Wt).</summary>
    public Value ToImage(GraphBuilder scope, Value tokens, int channels) => scope.Reshape(
        scope.Transpose(InImageOrder(scope, tokens, channels), 0, 2, 1), scope.Shape(Images, scope.Integers(channels), _height, _width));

    /// <summary>(tokens, C) → (N, Ht·Wt, C).</summary>
    public Value InImageOrder(GraphBuilder scope, Value tokens, int channels)
    {
        var split = scope.Reshape(tokens, scope.Shape(Images, _down, _across, _side, scope.Integers(side * channels)));
        return scope.Reshape(scope.Transpose(split, 0, 1, 3, 2, 4), scope.Shape(Images, scope.Integers(-1), scope.Integers(channels)));
    }

    /// <summary>The t×t pixels of every token, row by row (N, Ht·Wt, t·t·C), → (N, C, t·Ht, t·Wt).</summary>
    public Value ToFineImage(GraphBuilder scope, Value pixels, int channels)
    {
        var split = scope.Reshape(pixels, scope.Shape(scope.Integers(-1), _width, scope.Integers(stride, stride * channels)));
        var rows = scope.Transpose(split, 0, 2, 1, 3); // (N·Ht, t, Wt, t·C)
        var image = scope.Reshape(rows, scope.Shape(Images, scope.Integers(-1), scope.Mul(_width, scope.Integers(stride)), scope.Integers(channels)));
        return scope.Transpose(image, 0, 3, 1, 2);
    }

    private static Value Divided(GraphBuilder graph, Value size, int by) => by == 1 ? size : graph.Node("Div", [size, graph.Integers(by)]);
}

/// <summary>Masks of what a block still processes.</summary>
/// <param name="Windows">Kept by the local branch: bool (windows).</param>
/// <param name="Tokens">Kept by the global branch: bool (tokens).</param>
/// <param name="TokensOutsideKeptWindows">Kept by the global branch alone, in windows that the local one halted: bool (tokens).</param>
/// <param name="Live">Kept by at least one of them: bool (tokens).</param>
/// <param name="Any">Whether any token is live: bool scalar.</param>
/// <param name="All">Whether both branches keep everything: bool scalar.</param>
internal readonly record struct Keep(Value Windows, Value Tokens, Value TokensOutsideKeptWindows, Value Live, Value Any, Value All);
