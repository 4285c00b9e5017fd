using AdaFormer.Export.Onnx;
using AdaFormer.Export.Weights;

namespace AdaFormer.Export.Architectures;

/// <summary>Converts features to tokens, and adds the tokens to the features (Eq. 2): one token per t×t pixels.</summary>
internal sealed class TokenEmbedding(AdaFormerConfiguration configuration, WeightSet weights, WindowGrid grid)
{
    private readonly int _stride = configuration.TokenStride;

    /// <summary>(N, C, H, W) → (tokens, D).</summary>
    public Value Embed(GraphBuilder graph, Value features) =>
        grid.ToTokens(graph, weights.Convolution(graph, "body.embed", features, stride: _stride), configuration.Embed);

    /// <summary>Features (N, C, H, W) plus the contribution of the tokens (tokens, D) to their pixels.</summary>
    public Value AddTo(GraphBuilder graph, Value features, Value tokens) => graph.Add(
        features,
        _stride == 1
            ? weights.Convolution(graph, "body.unembed", grid.ToImage(graph, tokens, configuration.Embed))
            : Blocked(graph, Spread(graph, tokens)));

    /// <summary>
    /// Tokens (tokens, D) → t×t pixels of each (N, C, H, W): the 1×1 convolution to t²·C channels and the pixel shuffle of the weights file,
    /// as a product whose columns are ordered pixel by pixel, because ONNX Runtime moves whole rows of pixels much faster than it shuffles
    /// channels.
    /// </summary>
    private Value Spread(GraphBuilder graph, Value tokens)
    {
        var rows = grid.InImageOrder(graph, tokens, configuration.Embed);
        var (weight, bias) = (PixelByPixel(weights["body.unembed.weight"]), PixelByPixel(weights["body.unembed.bias"]));
        var pixels = graph.MatMul(rows, WeightSet.Matrix(graph, "body.unembed", weight, bias.Length));
        return grid.ToFineImage(graph, graph.Add(pixels, graph.Weight("body.unembed.pixels.bias", [bias.Length], bias)), configuration.Channels);
    }

    /// <summary>Reorders rows from channel, pixel of a token (the order of a pixel shuffle) to pixel, channel.</summary>
    private float[] PixelByPixel(float[] values)
    {
        int pixels = _stride * _stride, channels = configuration.Channels, width = values.Length / (pixels * channels);
        var ordered = new float[values.Length];
        for (var row = 0; row < pixels * channels; row++)
            values.AsSpan((((row % channels) * pixels) + (row / channels)) * width, width).CopyTo(ordered.AsSpan(row * width));
        return ordered;
    }

    /// <summary>
    /// Passes the image through an identity convolution, after which it has the memory layout of ONNX Runtime's convolutions, as does every
    /// sum of the decoder's blocks; otherwise each would be copied to that layout and back.
    /// </summary>
    private Value Blocked(GraphBuilder graph, Value image)
    {
        var channels = configuration.Channels;
        var ones = graph.OwnWeight("body.unembed.ones", [channels, 1, 1, 1], [.. Enumerable.Repeat(1f, channels)]);
        return graph.Node("Conv", [image, ones], Attributes.Int("group", channels));
    }
}
