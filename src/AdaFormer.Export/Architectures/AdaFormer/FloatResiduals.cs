using AdaFormer.Export.Onnx;
using AdaFormer.Export.Weights;
using static AdaFormer.Export.Onnx.TensorProto.Types;

namespace AdaFormer.Export.Architectures;

/// <summary>Residual blocks in FP32.</summary>
/// <param name="weights">The network's weights.</param>
/// <param name="observed">Whether to output the activations that INT8 would quantize, by their names in <see cref="QuantizedActivations"/>.</param>
internal sealed class FloatResiduals(WeightSet weights, bool observed) : IResidualBlocks
{
    public Value Build(GraphBuilder graph, string name, Value x, int count)
    {
        for (var index = 0; index < count; index++)
        {
            var block = $"{name}.{index}";
            var inner = graph.Relu(weights.Convolution(graph, $"{block}.conv1", x));
            var residual = weights.Convolution(graph, $"{block}.conv2", inner);
            if (observed)
            {
                foreach (var (activation, value) in QuantizedActivations.OfBlock(block).Zip([x, inner, residual]))
                    graph.Output(graph.Rename(value, activation), DataType.Float, "N", "C", "Hp", "Wp");
            }

            x = graph.Add(x, residual);
        }

        return x;
    }
}

/// <summary>Builds the encoder's and the decoder's residual blocks x + conv2(ReLU(conv1(x))).</summary>
internal interface IResidualBlocks
{
    /// <summary>Adds the blocks <c>name.0</c> to <c>name.(count − 1)</c>: (N, C, H, W) → (N, C, H, W), all float.</summary>
    Value Build(GraphBuilder graph, string name, Value x, int count);
}
