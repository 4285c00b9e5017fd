using AdaFormer.Export.Architectures.Tokens;
using AdaFormer.Export.Onnx;
using AdaFormer.Export.Weights;

namespace AdaFormer.Export.Architectures.OmniSr;

/// <summary>
/// One omni-scale block: a convolution, then attention along pixels and along channels in squares, then both across the squares, each with a gated feed-forward
/// layer after it. The numbers in its tensors' names are places in a sequence, in which rearrangements without tensors count.
/// </summary>
internal sealed class OmniBlock(GraphBuilder graph, WeightSet weights, string name, OmniWindows windows)
{
    public const int Heads = 4;
    public const string PositionTable = "rel_pos_bias.weight";
    private const float TokenEpsilon = 1e-5f;
    private const float ImageEpsilon = 1e-6f;
    private const float SmallestNorm = 1e-12f;
    private static readonly int[] PixelAttentions = [2, 8];
    private static readonly int[] ChannelAttentions = [5, 11];
    private static readonly int[] FeedForwards = [4, 6, 10, 12];

    public static void AddShapes(LayerShapes shapes, string name, int channels, int window)
    {
        shapes.Convolution($"{name}.0.fn.0", channels, channels, 1);
        shapes.Convolution($"{name}.0.fn.2", channels, channels, 3, groups: channels);
        shapes.Linear($"{name}.0.fn.4.gate.1", channels, channels / 4, bias: false);
        shapes.Linear($"{name}.0.fn.4.gate.3", channels / 4, channels, bias: false);
        shapes.Convolution($"{name}.0.fn.5", channels, channels, 1);
        foreach (var place in PixelAttentions)
        {
            shapes.Norm($"{name}.{place}.norm", channels);
            shapes.Linear($"{name}.{place}.fn.to_qkv", channels, 3 * channels, bias: false);
            shapes.Linear($"{name}.{place}.fn.to_out.0", channels, channels, bias: false);
            shapes[$"{name}.{place}.fn.{PositionTable}"] = [(2 * window - 1) * (2 * window - 1), Heads];
        }

        foreach (var place in ChannelAttentions)
        {
            shapes.Norm($"{name}.{place}.norm", channels);
            shapes[$"{name}.{place}.fn.temperature"] = [Heads, 1, 1];
            shapes.Convolution($"{name}.{place}.fn.qkv", channels, 3 * channels, 1, bias: false);
            shapes.Convolution($"{name}.{place}.fn.qkv_dwconv", 3 * channels, 3 * channels, 3, groups: 3 * channels, bias: false);
            shapes.Convolution($"{name}.{place}.fn.project_out", channels, channels, 1, bias: false);
        }

        foreach (var place in FeedForwards)
        {
            shapes.Norm($"{name}.{place}.norm", channels);
            shapes.Convolution($"{name}.{place}.fn.project_in", channels, 2 * channels, 1, bias: false);
            shapes.Convolution($"{name}.{place}.fn.dwconv", 2 * channels, 2 * channels, 3, groups: 2 * channels, bias: false);
            shapes.Convolution($"{name}.{place}.fn.project_out", channels, channels, 1, bias: false);
        }
    }

    /// <summary>Whether the layer with a tensor works on every pixel, rather than on a mean of the picture or on positions.</summary>
    public static bool IsPerPixel(string tensor) =>
        !tensor.EndsWith(PositionTable, StringComparison.Ordinal) && !tensor.Contains(".gate.", StringComparison.Ordinal);

    /// <summary>Multiply-adds per pixel of a block's scores and their products with values.</summary>
    public static long AttentionMultiplyAdds(int channels, int window) => (2L * 2 * window * window * channels) + (2L * 2 * channels / Heads * channels);

    /// <summary>(N, C, H, W) → (N, C, H, W).</summary>
    public Value Build(Value x)
    {
        x = graph.Add(Convolved(x), x);
        foreach (var (pixels, channels, grid) in new[] { (2, 5, false), (8, 11, true) })
        {
            x = graph.Add(PixelAttention($"{name}.{pixels}", x, grid), x);
            x = graph.Add(FeedForward($"{name}.{(grid ? 10 : 4)}", x), x);
            x = graph.Add(ChannelAttention($"{name}.{channels}", x, grid), x);
            x = graph.Add(FeedForward($"{name}.{(grid ? 12 : 6)}", x), x);
        }

        return x;
    }

    private Value Convolved(Value x)
    {
        var inner = graph.Gelu(weights.Convolution(graph, $"{name}.0.fn.0", x));
        inner = graph.Gelu(weights.Convolution(graph, $"{name}.0.fn.2", inner, groups: windows.Channels));
        var mean = graph.Node("GlobalAveragePool", [inner]);
        var gate = graph.Sigmoid(Unbiased($"{name}.0.fn.4.gate.3", graph.Silu(Unbiased($"{name}.0.fn.4.gate.1", mean))));
        return weights.Convolution(graph, $"{name}.0.fn.5", graph.Mul(inner, gate));
    }

    private Value PixelAttention(string layer, Value x, bool grid)
    {
        var normal = graph.NormalizePixels(x, TokenEpsilon);
        var channels = windows.Channels;
        var mixed = graph.Node(
            "Attention",
            [Project(0), Project(1), Project(2), RelativePositionBias.Of(graph, weights[$"{layer}.fn.{PositionTable}"], $"{layer}.fn", windows.Side)],
            Attributes.Int("q_num_heads", Heads),
            Attributes.Int("kv_num_heads", Heads),
            Attributes.Float("scale", 1 / MathF.Sqrt(channels / Heads)));
        return Unbiased($"{layer}.fn.to_out.0", windows.FromTokens(mixed, grid));

        Value Project(int part) => windows.Tokens(weights.Pointwise(graph, $"{layer}.fn.to_qkv", normal, $"{layer}.norm", (part * channels)..((part + 1) * channels)), grid);
    }

    private Value ChannelAttention(string layer, Value x, bool grid)
    {
        var all = weights.Pointwise(graph, $"{layer}.fn.qkv", graph.NormalizePixels(x, ImageEpsilon), $"{layer}.norm");
        var parts = graph.SplitEqually(weights.Convolution(graph, $"{layer}.fn.qkv_dwconv", all, groups: 3 * windows.Channels), 3, 1);
        Value query = Directions(Part(0)), key = Directions(Part(1));
        var scores = graph.Mul(graph.MatMul(query, graph.Transpose(key, 0, 1, 3, 2)), weights.In(graph, $"{layer}.fn.temperature"));
        var mixed = windows.FromChannelwise(graph.MatMul(graph.Softmax(scores), Part(2)), Heads, grid);
        return weights.Convolution(graph, $"{layer}.fn.project_out", mixed);

        Value Part(int index) => windows.Channelwise(parts[index], Heads, grid);
    }

    private Value Directions(Value rows)
    {
        var norm = graph.Node("ReduceL2", [rows, graph.Integers(-1)], Attributes.Int("keepdims", 1));
        return graph.Div(rows, graph.Node("Max", [norm, graph.Scalar(SmallestNorm)]));
    }

    private Value FeedForward(string layer, Value x)
    {
        var wide = weights.Pointwise(graph, $"{layer}.fn.project_in", graph.NormalizePixels(x, ImageEpsilon), $"{layer}.norm");
        var halves = graph.SplitEqually(weights.Convolution(graph, $"{layer}.fn.dwconv", wide, groups: 2 * windows.Channels), 2, 1);
        return weights.Convolution(graph, $"{layer}.fn.project_out", graph.Mul(graph.Gelu(halves[0]), halves[1]));
    }

    /// <summary>A linear layer without bias on the channels of each pixel.</summary>
    private Value Unbiased(string layer, Value image)
    {
        var weight = weights.Tensor($"{layer}.weight");
        return graph.Node("Conv", [image, graph.OwnWeight($"{layer}.weight", [.. weight.Shape, 1, 1], weight.Values)]);
    }
}
