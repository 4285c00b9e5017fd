using AdaFormer.Export.Onnx;
using AdaFormer.Export.Weights;

namespace AdaFormer.Export.Architectures;

/// <summary>
/// Residual blocks with INT8 convolutions. The skip path stays in float, so that rounding errors do not accumulate from block to block,
/// and has the channels last, as required by ONNX Runtime's integer convolution.
/// </summary>
internal sealed class QuantizedResiduals(WeightSet weights, IReadOnlyDictionary<string, (float Minimum, float Maximum)> ranges) : IResidualBlocks
{
    public Value Build(GraphBuilder graph, string name, Value x, int count)
    {
        if (count == 0)
            return x;
        x = graph.Transpose(x, 0, 2, 3, 1);
        for (var index = 0; index < count; index++)
            x = graph.Add(x, Block(graph, $"{name}.{index}", x));
        return graph.Transpose(x, 0, 3, 1, 2);
    }

    private Value Block(GraphBuilder graph, string name, Value x)
    {
        // The range of a ReLU's output begins at 0, so that clipping to it performs the ReLU.
        var quantizations = QuantizedActivations.OfBlock(name).Select(Range).ToArray();
        var (input, inner, residual) = (quantizations[0], quantizations[1] with { Zero = 0 }, quantizations[2]);
        var integers = graph.QuantizeLinear(x, input);
        integers = Convolution(graph, $"{name}.conv1", integers, input, inner);
        integers = Convolution(graph, $"{name}.conv2", integers, inner, residual);
        return graph.DequantizeLinear(integers, residual);
    }

    private Value Convolution(GraphBuilder graph, string name, Value x, AffineQuantization input, AffineQuantization output)
    {
        var kernel = QuantizedKernel.Of(weights.Tensor(name + ".weight"), weights[name + ".bias"], input.Scale);
        return graph.QLinearConvolution(name, x, input, kernel, output);
    }

    private AffineQuantization Range(string activation) => ranges.TryGetValue(activation, out var range)
        ? AffineQuantization.Of(activation, range.Minimum, range.Maximum)
        : throw new ArgumentException(
            $"The activation ranges lack '{activation}'; INT8 needs the range of every output of {nameof(OnnxExporter.ExportForCalibration)} besides the network's own, measured with the same weights.",
            nameof(ranges));
}

/// <summary>Names of the activations that an INT8 export quantizes.</summary>
internal static class QuantizedActivations
{
    /// <summary>The inputs of a residual block's first and second convolution, and the output of the second.</summary>
    public static string[] OfBlock(string block) => [$"{block}.conv1.input", $"{block}.conv2.input", $"{block}.conv2.output"];
}
