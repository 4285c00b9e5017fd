using AdaFormer.Export.Onnx;

namespace AdaFormer.Export.Architectures;

/// <summary>How a picture is extended beyond its borders.</summary>
internal enum PaddingMode
{
    /// <summary>Mirrored without repeating the edge, back and forth as often as needed; an axis of length 1 is repeated.</summary>
    Reflect,

    /// <summary>Mirrored with the edge repeated, back and forth as often as needed.</summary>
    Symmetric,

    /// <summary>With zeros.</summary>
    Zero,
}

/// <summary>Pads pictures of any size, including those smaller than the padding.</summary>
internal static class Padding
{
    /// <summary>Pads an axis of an image at its end until it is long enough and a multiple of <paramref name="multiple"/>.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="image">The image, of any rank.</param>
    /// <param name="axis">The axis.</param>
    /// <param name="size">The length of that axis, as a vector of one integer.</param>
    /// <param name="multiple">The padded length is a multiple of this.</param>
    /// <param name="mode">The padding mode.</param>
    /// <param name="minimum">The minimum length, a multiple of <paramref name="multiple"/>.</param>
    public static Value ToMultiple(GraphBuilder graph, Value image, long axis, Value size, int multiple, PaddingMode mode = PaddingMode.Reflect, int minimum = 1)
    {
        if (mode != PaddingMode.Zero)
            return graph.Gather(image, Sources(graph, size, multiple, mode, minimum), axis);
        var added = graph.Sub(Length(graph, size, multiple, minimum), size);
        return graph.Node("Pad", [image, graph.Shape(graph.Integers(0), added), Value.None, graph.Integers(axis)]);
    }

    /// <summary>The source positions of an axis padded this way, as a vector; not available for zeros.</summary>
    public static Value Sources(GraphBuilder graph, Value size, int multiple, PaddingMode mode = PaddingMode.Reflect, int minimum = 1)
    {
        Value one = graph.Integers(1), two = graph.Integers(2);
        var padded = graph.Reshape(Length(graph, size, multiple, minimum), graph.Integers());
        var last = graph.Sub(size, one);
        return mode == PaddingMode.Reflect ? Mirrored() : Symmetric();

        Value Positions() => graph.Node("Range", [graph.Scalar(0), padded, graph.Scalar(1)]);

        // Position i reads last − |last − i mod (2·last)|.
        Value Mirrored()
        {
            var period = graph.Node("Max", [graph.Mul(last, two), one]);
            var position = graph.Node("Mod", [Positions(), period]);
            return graph.Sub(last, graph.Node("Abs", [graph.Sub(last, position)]));
        }

        // Position i reads the lesser of j and 2·size − 1 − j, where j = i mod (2·size).
        Value Symmetric()
        {
            var period = graph.Mul(size, two);
            var position = graph.Node("Mod", [Positions(), period]);
            return graph.Node("Min", [position, graph.Sub(graph.Sub(period, one), position)]);
        }
    }

    private static Value Length(GraphBuilder graph, Value size, int multiple, int minimum)
    {
        var side = graph.Integers(multiple);
        var length = graph.Mul(graph.Node("Div", [graph.Add(size, graph.Integers(multiple - 1)), side]), side);
        return minimum > multiple ? graph.Node("Max", [length, graph.Integers(minimum)]) : length;
    }
}
