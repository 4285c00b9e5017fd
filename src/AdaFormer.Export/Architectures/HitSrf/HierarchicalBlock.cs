using AdaFormer.Export.Architectures.Tokens;
using AdaFormer.Export.Onnx;
using AdaFormer.Export.Weights;

namespace AdaFormer.Export.Architectures.HitSrf;

/// <summary>One transformer block: X ← X + norm(correlation), then X ← X + norm(MLP with a depthwise convolution).</summary>
internal sealed class HierarchicalBlock(WeightSet weights, string name, HierarchicalWindows windows, int channels, int heads)
{
    private const float Slope = 0.2f;

    /// <summary>(N, H·W, C) → (N, H·W, C), in the image's order.</summary>
    public Value Build(GraphBuilder graph, Value tokens, Value height, Value width)
    {
        var correlation = new SpatialChannelCorrelation(weights, $"{name}.correlation", windows, channels, heads);
        var mixed = graph.Ordered(correlation.Build(graph, QueriesAndValues(graph, tokens)), windows.ToImage);
        mixed = weights.TokenLinear(graph, $"{name}.correlation.proj", mixed);
        tokens = graph.Add(tokens, weights.LayerNorm(graph, $"{name}.norm1", mixed));
        return graph.Add(tokens, weights.LayerNorm(graph, $"{name}.norm2", Mlp(graph, tokens, height, width)));
    }

    /// <summary>
    /// Dual feature extraction: the product of a linear and of a convolutional branch, which the original computes on the padded image. Only
    /// the narrow convolution in between sees neighbours, so only its input is padded. → (N, windows · S², C), window by window.
    /// </summary>
    private Value QueriesAndValues(GraphBuilder graph, Value tokens)
    {
        var (branch, narrow) = ($"{name}.correlation.qv", channels / 5);
        var linear = graph.Ordered(weights.TokenLinear(graph, $"{branch}.linear", tokens), windows.FromImage);
        var inner = graph.LeakyRelu(weights.TokenLinear(graph, $"{branch}.conv.0", tokens), Slope);
        var image = graph.ToImage(graph.Ordered(inner, windows.Padded), narrow, windows.PaddedHeight, windows.PaddedWidth);
        inner = graph.LeakyRelu(graph.ToTokens(weights.Convolution(graph, $"{branch}.conv.2", image), narrow), Slope);
        return graph.Mul(weights.TokenLinear(graph, $"{branch}.conv.4", graph.Ordered(inner, windows.FromPadded)), linear);
    }

    private Value Mlp(GraphBuilder graph, Value tokens, Value height, Value width)
    {
        var hidden = (int)weights.Tensor($"{name}.mlp.fc1.weight").Shape[0];
        var inner = graph.ToImage(graph.Gelu(weights.TokenLinear(graph, $"{name}.mlp.fc1", tokens)), hidden, height, width);
        var local = graph.Gelu(weights.Convolution(graph, $"{name}.mlp.dwconv.depthwise_conv.0", inner, groups: hidden));
        return weights.TokenLinear(graph, $"{name}.mlp.fc2", graph.ToTokens(graph.Add(inner, local), hidden));
    }
}
