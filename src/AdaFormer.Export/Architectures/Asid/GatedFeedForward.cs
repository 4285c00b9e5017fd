using AdaFormer.Export.Onnx;
using AdaFormer.Export.Weights;

namespace AdaFormer.Export.Architectures.Asid;

/// <summary>
/// The feed-forward part: two branches of a 1×1 and a depthwise 3×3 convolution, one of which gates the other. If the checkpoint has one convolution for
/// both branches, the graph has two: a split would copy everything.
/// </summary>
internal static class GatedFeedForward
{
    /// <summary>The epsilon that channel norms add to the variance.</summary>
    public const float Epsilon = 1e-6f;

    /// <summary>x + feed-forward(norm(x)): (N, C, H, W), the same shape.</summary>
    public static Value Build(GraphBuilder graph, WeightSet weights, string name, string norm, Value image, int channels)
    {
        var normal = graph.NormalizePixels(image, Epsilon);
        var gated = graph.Mul(graph.Gelu(Branch(0)), Branch(1));
        return graph.Add(weights.Convolution(graph, $"{name}.project_out", gated), image);

        Value Branch(int number)
        {
            var projected = weights.Pointwise(graph, $"{name}.project_in", normal, norm, (number * channels)..((number + 1) * channels));
            return weights.Depthwise(graph, $"{name}.dwconv", projected, number * channels, channels);
        }
    }

    /// <summary>A depthwise 3×3 convolution without bias, using <paramref name="count"/> channels from <paramref name="first"/> on.</summary>
    public static Value Depthwise(this WeightSet weights, GraphBuilder graph, string name, Value image, int first, int count)
    {
        var kernels = graph.OwnWeight($"{name}.{first}", [count, 1, 3, 3], weights[$"{name}.weight"].AsSpan(first * 9, count * 9));
        return graph.Node("Conv", [image, kernels], Attributes.Ints("pads", 1, 1, 1, 1), Attributes.Int("group", count));
    }
}
