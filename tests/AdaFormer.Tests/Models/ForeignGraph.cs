using AdaFormer.Export.Onnx;
using Google.Protobuf;
using static AdaFormer.Export.Onnx.TensorProto.Types;

namespace AdaFormer.Tests.ModelFiles;

/// <summary>
/// A small network as other makers could export it: pixels repeated and, on top, a bounded function of their surroundings that knows its
/// range. Without any metadata.
/// </summary>
internal sealed record ForeignGraph
{
    public int Scale { get; init; } = 2;

    public int Channels { get; init; } = 3;

    public DataType Type { get; init; } = DataType.Float;

    public DataType OutputType { get; init; } = DataType.Float;

    public bool Interleaved { get; init; }

    public bool InterleavedOutput { get; init; }

    public int Maximum { get; init; } = 1;

    public int OutputMaximum { get; init; } = 1;

    /// <summary>Whether its input is of -1 to 1 in place of 0 to <see cref="Maximum"/>, which is 1.</summary>
    public bool Signed { get; init; }

    /// <summary>Whether its output is of -1 to 1 in place of 0 to <see cref="OutputMaximum"/>, which is 1.</summary>
    public bool SignedOutput { get; init; }

    /// <summary>A number, or a symbol for any.</summary>
    public object Images { get; init; } = "batch";

    public object Height { get; init; } = "height";

    public object Width { get; init; } = "width";

    /// <summary>A number that has to divide width and height.</summary>
    public int Multiple { get; init; } = 1;

    /// <summary>Whether the picture comes behind another output.</summary>
    public bool SecondOutput { get; init; }

    /// <summary>Whether the result has nothing to do with the input.</summary>
    public bool Unrelated { get; init; }

    public byte[] Bytes()
    {
        var graph = new GraphBuilder("foreign");
        object[] shape = Interleaved ? [Images, Height, Width, Channels] : [Images, Channels, Height, Width];
        var x = graph.Input("pixels_in", Type, shape);
        if (Type != DataType.Float)
            x = graph.Cast(x, DataType.Float);
        if (Interleaved)
            x = graph.Transpose(x, 0, 3, 1, 2);
        if (Signed)
            x = graph.Mul(graph.Add(x, graph.Scalar(1f)), graph.Scalar(0.5f));
        if (Multiple > 1)
            x = graph.Node("DepthToSpace", [graph.Node("SpaceToDepth", [x], Attributes.Int("blocksize", Multiple))], Attributes.Int("blocksize", Multiple));
        var y = Scale == 1 ? x : graph.Nearest(x, Scale);
        var weights = Enumerable.Range(0, Channels * Channels * 9).Select(index => (float)Math.Sin(index * 1.7) / Maximum).ToArray();
        var around = graph.Node(
            "Conv", [y, graph.Weight("weight", [Channels, Channels, 3, 3], weights), graph.Weight("bias", [Channels], [.. Enumerable.Repeat(0.5f, Channels)])], Attributes.Ints("pads", 1, 1, 1, 1));
        around = graph.Mul(graph.Node("Tanh", [around]), graph.Scalar(0.01f * Maximum));
        y = Unrelated ? graph.Add(around, graph.Scalar(0.5f)) : graph.Add(y, around);
        if (OutputMaximum != Maximum)
            y = graph.Mul(y, graph.Scalar((float)OutputMaximum / Maximum));
        if (SignedOutput)
            y = graph.Sub(graph.Mul(y, graph.Scalar(2f)), graph.Scalar(1f));
        if (InterleavedOutput)
            y = graph.Transpose(y, 0, 2, 3, 1);
        if (OutputType == DataType.Uint8)
            y = graph.Node("Round", [graph.Node("Clip", [y, graph.Scalar(0f), graph.Scalar(255f)])]);
        if (OutputType != DataType.Float)
            y = graph.Cast(y, OutputType);
        if (SecondOutput)
            graph.Output(graph.Rename(graph.ReduceMean(x, 1), "mean"), DataType.Float, "a", "b", "c");
        graph.Output(graph.Rename(y, "pixels_out"), OutputType, "n", "a", "b", "c");
        return Bytes(graph);
    }

    public static byte[] Bytes(GraphBuilder graph)
    {
        var model = new ModelProto { IrVersion = 8, ProducerName = "another", Graph = graph.Graph };
        model.OpsetImport.Add(new OperatorSetIdProto { Version = 18 });
        return model.ToByteArray();
    }
}
