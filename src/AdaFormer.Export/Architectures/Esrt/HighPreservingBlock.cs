using AdaFormer.Export.Onnx;
using AdaFormer.Export.Weights;

namespace AdaFormer.Export.Architectures.Esrt;

/// <summary>
/// The high-preserving block: features at half the size are refined by one module applied five times, the details lost by halving are refined separately,
/// and both are joined.
/// </summary>
internal static class HighPreservingBlock
{
    /// <summary>Number of applications of the module at half the size.</summary>
    public const int Repetitions = 5;

    /// <summary>(N, C, H, W), the same shape; H and W at least 2.</summary>
    public static Value Build(GraphBuilder graph, WeightSet weights, string name, Value image)
    {
        var full = ResidualModule.Build(graph, weights, $"{name}.encoder", image);
        var half = graph.Node("AveragePool", [full], Attributes.Ints("kernel_shape", 2, 2), Attributes.Ints("strides", 2, 2));
        var lost = graph.Sub(full, Enlarged(half));
        for (var repetition = 0; repetition < Repetitions; repetition++)
            half = ResidualModule.Build(graph, weights, $"{name}.decoder_low", half);
        var both = graph.Concat(1, Enlarged(half), ResidualModule.Build(graph, weights, $"{name}.decoder_high", lost));
        var joined = graph.Relu(weights.Convolution(graph, $"{name}.alise2.conv", both));
        return graph.Add(ResidualModule.Build(graph, weights, $"{name}.alise", ResidualModule.Squeeze(graph, weights, $"{name}.att", joined)), image);

        Value Enlarged(Value small) => graph.Node(
            "Resize",
            [small, Value.None, Value.None, graph.Node("Shape", [image])],
            Attributes.Text("mode", "linear"),
            Attributes.Text("coordinate_transformation_mode", "align_corners"));
    }
}
