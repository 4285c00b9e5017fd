using AdaFormer.Export.Architectures.Tokens;
using AdaFormer.Export.Onnx;

namespace AdaFormer.Export.Architectures.Dat;

/// <summary>Windows of R×S pixels on an image that is padded with zeros to a multiple of the longer side, shifted by half their sides or not.</summary>
internal sealed class DatWindows
{
    private readonly GraphBuilder _graph;
    private readonly (Value Height, Value Width) _size;
    private readonly (Value Height, Value Width) _padded;
    private readonly int _multiple;
    private readonly Value _order;
    private readonly Value _back;
    private readonly Value? _edges;

    public DatWindows(GraphBuilder graph, Value height, Value width, int rows, int columns, bool shifted)
    {
        (_graph, _size, _multiple, Rows, Columns) = (graph, (height, width), Math.Max(rows, columns), rows, columns);
        _padded = (Padded(height), Padded(width));
        var (down, across) = shifted ? (rows / 2, columns / 2) : (0, 0);
        _order = Order(TokenOrder.Rolled(graph, _padded.Height, down), TokenOrder.Rolled(graph, _padded.Width, across));
        _back = TokenOrder.Inverse(graph, _order);
        _edges = shifted ? EdgeCodes(down, across) : null;

        Value Padded(Value length)
        {
            var side = graph.Integers(_multiple);
            return graph.Mul(graph.Div(graph.Add(length, graph.Integers(_multiple - 1)), side), side);
        }
    }

    public int Rows { get; }

    public int Columns { get; }

    /// <summary>The codes of tokens whose windows have opposite edges of the image in them, as <see cref="EdgeChannels"/> needs them; <see langword="null"/> without a shift.</summary>
    public Value? Edges => _edges;

    /// <summary>(N, C, H, W) → (N, T, C), window by window.</summary>
    public Value Tokens(Value image, int channels)
    {
        var tall = Padding.ToMultiple(_graph, image, 2, _size.Height, _multiple, PaddingMode.Zero);
        var padded = Padding.ToMultiple(_graph, tall, 3, _size.Width, _multiple, PaddingMode.Zero);
        return _graph.Ordered(_graph.ToTokens(padded, channels), _order);
    }

    /// <summary>(N, T, C), window by window → (N, C, H, W).</summary>
    public Value Image(Value tokens, int channels)
    {
        var image = _graph.ToImage(_graph.Ordered(tokens, _back), channels, _padded.Height, _padded.Width);
        return _graph.Slice(image, _graph.Shape(_size.Height, _size.Width), 2, 3);
    }

    private Value Order(Value rows, Value columns)
    {
        var first = _graph.Reshape(_graph.Mul(rows, _padded.Width), -1, 1, Rows, 1);
        return _graph.Reshape(_graph.Add(first, _graph.Reshape(columns, 1, -1, 1, Columns)), -1);
    }

    // As in ShiftedWindows, whose windows are square.
    private Value EdgeCodes(int down, int across)
    {
        var places = Order(TokenOrder.Positions(_graph, _padded.Height), TokenOrder.Positions(_graph, _padded.Width));
        var row = _graph.Gather(SidesAlong(_padded.Height, Rows, down), _graph.Div(places, _padded.Width));
        var column = _graph.Gather(SidesAlong(_padded.Width, Columns, across), _graph.Node("Mod", [places, _padded.Width]));
        var both = _graph.Mul(row, column);
        var code = _graph.Concat(1, _graph.Reshape(row, -1, 1), _graph.Reshape(column, -1, 1), _graph.Reshape(both, -1, 1));
        var single = _graph.Node("Equal", [_graph.Reshape(both, -1, 1), _graph.Scalar(0f)]);
        return _graph.Mul(code, _graph.Where(single, _graph.Scalar(1f), _graph.Scalar(MathF.Sqrt(0.5f))));
    }

    private Value SidesAlong(Value length, int side, int shift)
    {
        var positions = TokenOrder.Positions(_graph, length);
        var last = _graph.Where(_graph.Less(positions, _graph.Sub(length, _graph.Integers(shift))), _graph.Scalar(1f), _graph.Scalar(-1f));
        return _graph.Where(_graph.Less(positions, _graph.Sub(length, _graph.Integers(side))), _graph.Scalar(0f), last);
    }
}
