using AdaFormer.Export.Onnx;
using AdaFormer.Export.Weights;

namespace AdaFormer.Export.Architectures.Esrt;

/// <summary>
/// The adaptive residual feature block: two bottlenecks of convolutions, squeeze and excitation, a convolution, all with learned factors on the added terms. Factors are
/// folded into the preceding convolutions if there is no activation in between.
/// </summary>
internal static class ResidualModule
{
    /// <summary>(N, C, H, W), the same shape.</summary>
    public static Value Build(GraphBuilder graph, WeightSet weights, string name, Value image)
    {
        var first = Bottleneck(graph, weights, $"{name}.layer1", image);
        var second = Bottleneck(graph, weights, $"{name}.layer2", first);
        var joined = graph.Relu(weights.Convolution(
            graph,
            $"{name}.alise.conv",
            graph.Concat(1, weights.Scaled(graph, $"{name}.weight2", second), weights.Scaled(graph, $"{name}.weight3", first))));
        var refined = graph.Relu(weights.Convolution(graph, $"{name}.layer4.conv", Squeeze(graph, weights, $"{name}.atten", joined)));
        return graph.Add(weights.Scaled(graph, $"{name}.weight4", image), weights.Scaled(graph, $"{name}.weight5", refined));
    }

    /// <summary>Squeeze and excitation: channels multiplied by a gate from their means over the whole image.</summary>
    public static Value Squeeze(GraphBuilder graph, WeightSet weights, string name, Value image)
    {
        var hidden = graph.Relu(weights.Convolution(graph, $"{name}.conv_du.0", graph.Node("GlobalAveragePool", [image])));
        return graph.Mul(image, graph.Sigmoid(weights.Convolution(graph, $"{name}.conv_du.2", hidden)));
    }

    /// <summary>Multiplies the image by a learned factor.</summary>
    public static Value Scaled(this WeightSet weights, GraphBuilder graph, string name, Value image) =>
        graph.Mul(image, graph.Weight($"{name}.scale", [], weights[$"{name}.scale"]));

    /// <summary>A convolution times a learned factor, which is folded into its weights.</summary>
    public static Value ScaledConvolution(this WeightSet weights, GraphBuilder graph, string name, string factor, Value image)
    {
        var by = weights[$"{factor}.scale"][0];
        var kernel = weights.Tensor($"{name}.weight");
        float[] bias = [.. weights[$"{name}.bias"].Select(value => value * by)];
        return graph.Node(
            "Conv",
            [
                image,
                graph.OwnWeight($"{name}.scaled", [.. kernel.Shape], [.. kernel.Values.Select(value => value * by)]),
                graph.OwnWeight($"{name}.scaled_bias", [bias.Length], bias),
            ],
            Attributes.Ints("pads", 1, 1, 1, 1));
    }

    private static Value Bottleneck(GraphBuilder graph, WeightSet weights, string name, Value image)
    {
        var slope = weights[$"{name}.relu.weight"];
        var hidden = graph.Node("PRelu", [weights.Convolution(graph, $"{name}.conv", image), graph.Weight($"{name}.relu.weight", [slope.Length, 1, 1], slope)]);
        return graph.Add(weights.Scaled(graph, $"{name}.weight1", image), weights.ScaledConvolution(graph, $"{name}.conv1", $"{name}.weight2", hidden));
    }
}
