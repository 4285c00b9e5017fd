using AdaFormer.Export.Architectures.Tokens;
using AdaFormer.Export.Onnx;

namespace AdaFormer.Export.Architectures.Elan;

/// <summary>The orders between an image's tokens and those of the windows of the image rolled by a shift.</summary>
internal sealed class RolledWindows
{
    public RolledWindows(GraphBuilder graph, Value height, Value width, int side, int shift)
    {
        Area = side * side;
        FromImage = TokenOrder.Windows(graph, TokenOrder.Rolled(graph, height, shift), TokenOrder.Rolled(graph, width, shift), width, side);
        ToImage = TokenOrder.Inverse(graph, FromImage);
    }

    /// <summary>Tokens in a window.</summary>
    public int Area { get; }

    /// <summary>Image → windows.</summary>
    public Value FromImage { get; }

    /// <summary>Windows → image.</summary>
    public Value ToImage { get; }
}
