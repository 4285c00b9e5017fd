using AdaFormer.Export.Onnx;
using AdaFormer.Export.Weights;
using static AdaFormer.Export.Onnx.TensorProto.Types;

namespace AdaFormer.Export.Architectures;

/// <summary>A network without halting: padded to its size multiple, run, cropped.</summary>
internal abstract class FeedForwardNetwork : Network
{
    public sealed override GraphProto BuildGraph(WeightSet weights, ExportOptions options, bool observed)
    {
        var graph = new GraphBuilder(Description.Architecture);
        var scale = Description.Scale;
        object[] input = options.FixedSize is { } size ? [1, 3, size.Height, size.Width] : ["N", 3, "H", "W"];
        object[] output = options.FixedSize is { } known ? [1, 3, (long)known.Height * scale, (long)known.Width * scale] : ["N", 3, "sH", "sW"];
        var image = graph.Input("image", DataType.Float, input);
        Value upscaled;
        if (Description.SizeMultiple == 1 && MinimumSize == 1)
        {
            upscaled = Build(graph, weights, image);
        }
        else
        {
            var (height, width) = (graph.Size(image, 2), graph.Size(image, 3));
            var padded = Pad(graph, Pad(graph, image, 2, height), 3, width);
            var factor = graph.Integers(scale);
            upscaled = graph.Slice(Build(graph, weights, padded), graph.Shape(graph.Mul(height, factor), graph.Mul(width, factor)), 2, 3);
        }

        graph.Output(graph.Rename(upscaled, "upscaled"), DataType.Float, output);
        return graph.Graph;
    }

    public sealed override IReadOnlyDictionary<string, string> Metadata(ExportOptions options) => Description.ToMetadata();

    /// <summary>The minimum width and height that the network works on; smaller pictures are padded. Default: 1.</summary>
    protected virtual int MinimumSize => 1;

    /// <summary>How the picture is padded. Default: mirrored.</summary>
    protected virtual PaddingMode Edge => PaddingMode.Reflect;

    /// <summary>The network on sizes that are multiples of its size multiple: (N, 3, H, W) in [0, 1] → (N, 3, sH, sW).</summary>
    protected abstract Value Build(GraphBuilder graph, WeightSet weights, Value image);

    private Value Pad(GraphBuilder graph, Value image, long axis, Value size) =>
        Padding.ToMultiple(graph, image, axis, size, Description.SizeMultiple, Edge, MinimumSize);
}
