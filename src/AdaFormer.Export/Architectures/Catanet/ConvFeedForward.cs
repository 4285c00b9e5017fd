using AdaFormer.Export.Onnx;
using AdaFormer.Export.Weights;

namespace AdaFormer.Export.Architectures.Catanet;

/// <summary>The feed-forward part: two linear layers, and between them a depthwise 5×5 convolution whose result is added.</summary>
internal static class ConvFeedForward
{
    /// <summary>x + feed-forward(norm(x)): (N, C, H, W), the same shape.</summary>
    public static Value Build(GraphBuilder graph, WeightSet weights, string name, string norm, Value image, int hiddenChannels)
    {
        var hidden = graph.Gelu(weights.Pointwise(graph, $"{name}.fc1", graph.NormalizePixels(image, 1e-5f), norm));
        var mixed = graph.Gelu(weights.Convolution(graph, $"{name}.dwconv.depthwise_conv.0", hidden, groups: hiddenChannels));
        return graph.Add(weights.Pointwise(graph, $"{name}.fc2", graph.Add(hidden, mixed)), image);
    }
}
