using AdaFormer.Export.Weights;
using static AdaFormer.Export.Onnx.TensorProto.Types;

namespace AdaFormer.Export.Onnx;

/// <summary>The operators of an INT8 graph: activations in unsigned, weights in signed bytes.</summary>
internal static class QuantizedOperators
{
    /// <summary>The domain of ONNX Runtime's own operators, including a channels-last convolution, and attention that does not store its scores.</summary>
    public const string Domain = "com.microsoft";

    public static Value QuantizeLinear(this GraphBuilder graph, Value x, AffineQuantization to) =>
        graph.Node("QuantizeLinear", [x, graph.Scalar(to.Scale), graph.Byte(to.Zero)]);

    public static Value DequantizeLinear(this GraphBuilder graph, Value x, AffineQuantization from) =>
        graph.Node("DequantizeLinear", [x, graph.Scalar(from.Scale), graph.Byte(from.Zero)]);

    /// <summary>A convolution (N, H, W, in) → (N, H, W, out) with stride 1 and size-preserving padding.</summary>
    public static Value QLinearConvolution(this GraphBuilder graph, string name, Value x, AffineQuantization input, QuantizedKernel kernel, AffineQuantization output)
    {
        long outputs = kernel.Bias.Length, padding = (kernel.Shape[2] - 1) / 2;
        var convolved = graph.Node(
            "QLinearConv",
            [
                x, graph.Scalar(input.Scale), graph.Byte(input.Zero),
                graph.Weight<sbyte>(name + ".weight", DataType.Int8, kernel.Shape, kernel.Values),
                graph.Weight(name + ".scales", [outputs], kernel.Scales),
                graph.Weight<sbyte>($"zeros_{outputs}", DataType.Int8, [outputs], new sbyte[outputs]),
                graph.Scalar(output.Scale), graph.Byte(output.Zero),
                graph.Weight<int>(name + ".bias", DataType.Int32, [outputs], kernel.Bias),
            ],
            Attributes.Ints("pads", padding, padding, padding, padding),
            Attributes.Int("channels_last", 1));
        graph.Graph.Node[^1].Domain = Domain;
        return convolved;
    }
}
