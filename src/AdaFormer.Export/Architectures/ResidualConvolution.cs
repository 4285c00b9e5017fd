using AdaFormer.Export.Onnx;
using AdaFormer.Export.Weights;

namespace AdaFormer.Export.Architectures;

/// <summary>The convolution before a skip in SwinIR and networks derived from it: one of 3×3, or three through a quarter of the channels.</summary>
internal static class ResidualConvolution
{
    private const float Slope = 0.2f;

    /// <summary>Whether a checkpoint has three convolutions under this name.</summary>
    public static bool IsThreefold(Checkpoint checkpoint, string name) => checkpoint.Has($"{name}.4.weight");

    public static void AddShapes(LayerShapes shapes, string name, int channels, bool threefold)
    {
        if (!threefold)
        {
            shapes.Convolution(name, channels, channels, 3);
            return;
        }

        shapes.Convolution($"{name}.0", channels, channels / 4, 3);
        shapes.Convolution($"{name}.2", channels / 4, channels / 4, 1);
        shapes.Convolution($"{name}.4", channels / 4, channels, 3);
    }

    public static Value Build(GraphBuilder graph, WeightSet weights, string name, Value x, bool threefold)
    {
        if (!threefold)
            return weights.Convolution(graph, name, x);
        x = graph.LeakyRelu(weights.Convolution(graph, $"{name}.0", x), Slope);
        x = graph.LeakyRelu(weights.Convolution(graph, $"{name}.2", x), Slope);
        return weights.Convolution(graph, $"{name}.4", x);
    }
}
