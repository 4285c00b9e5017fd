using AdaFormer.Export.Onnx;
using AdaFormer.Export.Weights;

namespace AdaFormer.Export.Architectures;

/// <summary>Layer norms over the channels of a pixel, without scale and shift, which are folded into the layer that follows.</summary>
internal static class ChannelNorm
{
    /// <summary>The channels of each pixel minus their mean, divided by their deviation: (N, C, H, W), the same shape.</summary>
    public static Value NormalizePixels(this GraphBuilder graph, Value image, float epsilon)
    {
        var centered = graph.Sub(image, graph.Mean(image, 1));
        var variance = graph.Mean(graph.Mul(centered, centered), 1);
        return graph.Mul(centered, graph.Node("Reciprocal", [graph.Node("Sqrt", [graph.Add(variance, graph.Scalar(epsilon))])]));
    }

    /// <summary>The same with scale and shift, where nothing follows that they could be folded into.</summary>
    public static Value ScaledNorm(this WeightSet weights, GraphBuilder graph, string name, Value image, float epsilon)
    {
        return graph.Add(graph.Mul(graph.NormalizePixels(image, epsilon), PerChannel("weight")), PerChannel("bias"));

        Value PerChannel(string part) => graph.OwnWeight($"{name}.{part}", [weights[$"{name}.{part}"].Length, 1, 1], weights[$"{name}.{part}"]);
    }

    /// <summary>
    /// Rows (n, C) minus their mean, divided by their deviation. Uses instance normalisation with a row as a channel, because ONNX Runtime's
    /// layer normalisation is several times slower on short rows.
    /// </summary>
    public static Value NormalizeRows(this GraphBuilder graph, Value rows)
    {
        var count = graph.Size(rows, 0);
        var normal = graph.Node(
            "InstanceNormalization",
            [graph.Node("Unsqueeze", [rows, graph.Integers(0)]), graph.Filled(count, graph.Scalar(1f)), graph.Filled(count, graph.Scalar(0f))],
            Attributes.Float("epsilon", 1e-5f));
        return graph.Node("Squeeze", [normal, graph.Integers(0)]);
    }

    /// <summary>
    /// A linear layer or 1×1 convolution on a normalised image (N, in, H, W) → (N, out, H, W), with the norm's scale and shift folded in;
    /// only the outputs in <paramref name="part"/>.
    /// </summary>
    public static Value Pointwise(this WeightSet weights, GraphBuilder graph, string name, Value normalized, string norm, Range? part = null)
    {
        var (weight, bias) = weights.FoldedNorm(name, norm);
        var (first, outputs) = (part ?? Range.All).GetOffsetAndLength(bias.Length);
        var inputs = weight.Length / bias.Length;
        var own = $"{name}.{first}";
        return graph.Node(
            "Conv",
            [
                normalized,
                graph.OwnWeight($"{own}.folded", [outputs, inputs, 1, 1], weight.AsSpan(first * inputs, outputs * inputs)),
                graph.OwnWeight($"{own}.folded_bias", [outputs], bias.AsSpan(first, outputs)),
            ]);
    }

    /// <summary>A linear layer on the channels of each pixel: (N, in, H, W) → (N, out, H, W).</summary>
    public static Value Pointwise(this WeightSet weights, GraphBuilder graph, string name, Value image)
    {
        var (weight, bias) = (weights.Tensor(name + ".weight"), weights[name + ".bias"]);
        return graph.Node(
            "Conv", [image, graph.OwnWeight(name + ".weight", [.. weight.Shape, 1, 1], weight.Values), graph.OwnWeight(name + ".bias", [bias.Length], bias)]);
    }
}
