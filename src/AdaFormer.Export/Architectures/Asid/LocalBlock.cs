using AdaFormer.Export.Onnx;
using AdaFormer.Export.Weights;

namespace AdaFormer.Export.Architectures.Asid;

/// <summary>The convolutional block: 1×1, depthwise 3×3, squeeze and excitation over the whole image, 1×1, and the input added.</summary>
internal static class LocalBlock
{
    /// <summary>(N, C, H, W), the same shape.</summary>
    public static Value Build(GraphBuilder graph, WeightSet weights, string name, Value image, int channels)
    {
        name += ".net.fn";
        var hidden = graph.Gelu(weights.Convolution(graph, $"{name}.0", image));
        hidden = graph.Gelu(weights.Convolution(graph, $"{name}.2", hidden, groups: channels));
        var squeezed = graph.Reshape(graph.Node("GlobalAveragePool", [hidden]), 0, -1);
        var inner = graph.MatMul(squeezed, Matrix(1));
        var gate = graph.Sigmoid(graph.MatMul(graph.Mul(inner, graph.Sigmoid(inner)), Matrix(3)));
        var excited = graph.Mul(hidden, graph.Reshape(gate, 0, -1, 1, 1));
        return graph.Add(weights.Convolution(graph, $"{name}.5", excited), image);

        Value Matrix(int number)
        {
            var layer = $"{name}.4.gate.{number}";
            var weight = weights.Tensor($"{layer}.weight");
            return WeightSet.Matrix(graph, layer, weight.Values, (int)weight.Shape[0]);
        }
    }
}
