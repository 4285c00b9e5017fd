using AdaFormer.Export.Architectures.Tokens;
using AdaFormer.Export.Onnx;
using AdaFormer.Export.Weights;

namespace AdaFormer.Export.Architectures.Catanet;

/// <summary>Self-attention within overlapping patches. The layer norm's scale and shift are folded in.</summary>
internal sealed class PatchAttention(CatanetSizes sizes, WeightSet weights, int block)
{
    private readonly string _name = $"blocks.{block}.1.layer";
    private readonly int _channels = sizes.Channels;

    /// <summary>(N, C, H, W), the same shape.</summary>
    public Value Build(GraphBuilder graph, TokenLayout layout, PatchAxis down, PatchAxis across, Value image)
    {
        var rows = layout.ToRows(graph, image);
        var imageShape = graph.Shape(layout.Images, layout.Height, layout.Width, graph.Integers(_channels));
        var pixels = graph.Reshape(graph.NormalizeRows(rows), imageShape);
        var cut = graph.Gather(graph.Gather(pixels, down.Positions, 1), across.Positions, 2);
        var patchLength = graph.Mul(across.Side, graph.Integers(_channels));
        var lines = graph.Reshape(cut, graph.Shape(layout.Images, down.Count, down.Side, across.Count, patchLength));
        var patches = graph.Reshape(
            graph.Transpose(lines, 0, 1, 3, 2, 4), graph.Shape(graph.Integers(-1), graph.Mul(down.Side, across.Side), graph.Integers(_channels)));

        var name = $"{_name}.0.fn";
        var norm = $"{_name}.0.norm";
        var queries = weights.TokenLinear(graph, $"{name}.to_q", patches, norm);
        var mixed = graph.Attention(queries, Project("to_k", out _), Project("to_v", out var shift), CatanetSizes.Heads);
        var update = graph.MatMul(graph.Add(mixed, graph.Weight($"{name}.to_v.shift", [_channels], shift)), Matrix($"{name}.proj"));

        var windows = graph.Reshape(update, graph.Shape(layout.Images, down.Count, across.Count, down.Side, patchLength));
        var joined = graph.Reshape(
            graph.Transpose(windows, 0, 1, 3, 2, 4),
            graph.Shape(layout.Images, graph.Mul(down.Count, down.Side), graph.Mul(across.Count, across.Side), graph.Integers(_channels)));
        joined = across.Join(graph, down.Join(graph, joined, 1, -1, 1, 1), 2, -1, 1);
        var share = graph.Mul(graph.Reshape(down.Share, -1, 1, 1), graph.Reshape(across.Share, -1, 1));
        var sum = graph.Add(graph.Mul(graph.Reshape(rows, imageShape), share), joined);
        return ConvFeedForward.Build(graph, weights, $"{_name}.1.fn", $"{_name}.1.norm", layout.ToImage(graph, graph.Reshape(sum, -1, _channels)), sizes.Hidden);

        // The keys' bias adds a constant to all scores of a query, which the softmax cancels; the values' bias can be added to the result instead.
        Value Project(string layer, out float[] bias)
        {
            (var weight, bias) = weights.FoldedNorm($"{name}.{layer}", norm);
            return graph.MatMul(patches, WeightSet.Matrix(graph, $"{name}.{layer}", weight, bias.Length));
        }

        Value Matrix(string layer) => WeightSet.Matrix(graph, layer, weights[$"{layer}.weight"], _channels);
    }
}

/// <summary>The feed-forward part: two linear layers with a residual depthwise 5×5 convolution between them.</summary>
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
