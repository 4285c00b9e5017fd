using AdaFormer.Export.Onnx;
using AdaFormer.Export.Weights;

namespace AdaFormer.Export.Architectures;

/// <summary>
/// Enhanced spatial attention (ESA; Liu et al., "Residual Feature Aggregation Network for Image Super-Resolution", CVPR 2020), as used by RLFN and
/// BSRN: few channels, a small image, and a mask between 0 and 1 for every pixel and channel.
/// </summary>
internal static class SpatialAttention
{
    /// <summary>Minimum side for a 3×3 convolution with stride 2 and 7×7 pooling with stride 3.</summary>
    public const int MinimumSize = 15;

    /// <summary>Share of the pixels that the convolution with stride 2 processes.</summary>
    public const double HalvedShare = 1 / 4.0;

    /// <summary>Share of the pixels that remain after the pooling.</summary>
    public const double PooledShare = 1 / 36.0;

    /// <summary>Multiplies by the mask: (N, C, H, W) → (N, C, H, W).</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="weights">The weights, of which conv1, conv_f and conv4 are used here.</param>
    /// <param name="name">The attention's name.</param>
    /// <param name="x">(N, C, H, W).</param>
    /// <param name="halve">The 3×3 convolution with stride 2 and without padding.</param>
    /// <param name="refine">Refines the pooled image.</param>
    public static Value Build(GraphBuilder graph, WeightSet weights, string name, Value x, Func<Value, Value> halve, Func<Value, Value> refine)
    {
        var reduced = weights.Convolution(graph, $"{name}.conv1", x);
        var pooled = graph.Node("MaxPool", [halve(reduced)], Attributes.Ints("kernel_shape", 7, 7), Attributes.Ints("strides", 3, 3));
        var enlarged = graph.Node(
            "Resize",
            [refine(pooled), Value.None, Value.None, graph.Node("Shape", [reduced])],
            Attributes.Text("mode", "linear"),
            Attributes.Text("coordinate_transformation_mode", "half_pixel"));
        var sum = graph.Add(weights.Convolution(graph, $"{name}.conv_f", reduced), enlarged);
        return graph.Mul(x, graph.Sigmoid(weights.Convolution(graph, $"{name}.conv4", sum)));
    }
}
