using AdaFormer.Export.Onnx;

namespace AdaFormer.Export.Architectures;

/// <summary>
/// The S×S windows that a batch of padded images divides into. Tokens lie window by window, rows first, so that a window is S² rows
/// in a run: image layout (N, C, Hp, Wp) against token layout (N·Hw·Ww·S², C), with Hp = Hw·S and Wp = Ww·S. From one to the other in two steps,
/// whole window rows first, which ONNX Runtime does several times faster than one transposition of six axes.
/// </summary>
internal sealed class WindowGrid(GraphBuilder graph, Value paddedImage, int side)
{
    private readonly Value _side = graph.Integers(side);
    private readonly Value _down = graph.Node("Div", [graph.Size(paddedImage, 2), graph.Integers(side)]);
    private readonly Value _across = graph.Node("Div", [graph.Size(paddedImage, 3), graph.Integers(side)]);
    private readonly Value _height = graph.Size(paddedImage, 2);
    private readonly Value _width = graph.Size(paddedImage, 3);

    /// <summary>Number of images, as a vector of one integer.</summary>
    public Value Images { get; } = graph.Size(paddedImage, 0);

    /// <summary>Tokens a window.</summary>
    public int Area => side * side;

    /// <summary>(N, C, Hp, Wp) → (tokens, C).</summary>
    public Value ToTokens(GraphBuilder scope, Value image, int channels)
    {
        var pixels = scope.Transpose(scope.Reshape(image, 0, channels, -1), 0, 2, 1); // (N, Hp·Wp, C)
        var split = scope.Reshape(pixels, scope.Shape(Images, _down, _side, _across, scope.Integers(side * channels)));
        return scope.Reshape(scope.Transpose(split, 0, 1, 3, 2, 4), -1, channels);
    }

    /// <summary>(tokens, C) → (N, C, Hp, Wp).</summary>
    public Value ToImage(GraphBuilder scope, Value tokens, int channels)
    {
        var split = scope.Reshape(tokens, scope.Shape(Images, _down, _across, _side, scope.Integers(side * channels)));
        var pixels = scope.Reshape(scope.Transpose(split, 0, 1, 3, 2, 4), scope.Shape(Images, scope.Integers(-1), scope.Integers(channels)));
        return scope.Reshape(scope.Transpose(pixels, 0, 2, 1), scope.Shape(Images, scope.Integers(channels), _height, _width));
    }
}
