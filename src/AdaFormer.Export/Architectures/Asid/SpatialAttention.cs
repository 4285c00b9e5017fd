using AdaFormer.Export.Onnx;
using AdaFormer.Export.Weights;

namespace AdaFormer.Export.Architectures.Asid;

/// <summary>
/// Enhanced spatial attention (Liu et al., "Residual Feature Aggregation Network", CVPR 2020), as in RFDN's successors: a mask from a few channels at a sixth of
/// the size multiplies all channels.
/// </summary>
internal static class SpatialAttention
{
    /// <summary>(N, C, H, W), the same shape; H and W at least 15.</summary>
    public static Value Build(GraphBuilder graph, WeightSet weights, string name, Value image)
    {
        var few = weights.Convolution(graph, $"{name}.conv1", image);
        var small = weights.Convolution(graph, $"{name}.conv2", few, stride: 2, padding: 0);
        small = graph.Node("MaxPool", [small], Attributes.Ints("kernel_shape", 7, 7), Attributes.Ints("strides", 3, 3));
        small = weights.Convolution(graph, $"{name}.conv3", small);
        var size = graph.Shape(graph.Size(few, 0), graph.Size(few, 1), graph.Size(few, 2), graph.Size(few, 3));
        var wide = graph.Node(
            "Resize",
            [small, Value.None, Value.None, size],
            Attributes.Text("mode", "linear"),
            Attributes.Text("coordinate_transformation_mode", "half_pixel"));
        var mask = weights.Convolution(graph, $"{name}.conv4", graph.Add(wide, weights.Convolution(graph, $"{name}.conv_f", few)));
        return graph.Mul(image, graph.Sigmoid(mask));
    }
}
