using AdaFormer.Export.Onnx;

namespace AdaFormer.Export.Architectures;

/// <summary>
/// The S×S windows that a batch of padded images divides into. Tokens lie window by window, rows first, so that a window is S² rows
/// in a run: image layout (N, C, Hp, Wp) against token layout (N·Hw·Ww·S², C), with Hp = Hw·S and Wp = Ww·S.
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
        var split = scope.Reshape(image, scope.Shape(Images, scope.Integers(channels), _down, _side, _across, _side));
        return scope.Reshape(scope.Transpose(split, 0, 2, 4, 3, 5, 1), -1, channels);
    }

    /// <summary>(tokens, C) → (N, C, Hp, Wp).</summary>
    public Value ToImage(GraphBuilder scope, Value tokens, int channels)
    {
        var split = scope.Reshape(tokens, scope.Shape(Images, _down, _across, _side, _side, scope.Integers(channels)));
        return scope.Reshape(scope.Transpose(split, 0, 5, 1, 3, 2, 4), scope.Shape(Images, scope.Integers(channels), _height, _width));
    }
}
