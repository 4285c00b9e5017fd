using AdaFormer.Export.Architectures.Tokens;
using AdaFormer.Export.Onnx;
using AdaFormer.Export.Weights;

namespace AdaFormer.Export.Architectures.Dat;

/// <summary>
/// One dual aggregation block: attention in windows or along channels beside a depthwise convolution, each of which weighs the other, then a feed-forward layer
/// with a spatial gate.
/// </summary>
internal sealed class DatBlock(GraphBuilder graph, WeightSet weights, string name, DatSizes sizes, int heads)
{
    private const float Epsilon = 1e-5f;
    private const float SmallestNorm = 1e-12f;
    private static readonly string[] Statistics = ["weight", "bias", "running_mean", "running_var"];
    private readonly int _channels = sizes.Channels;

    public static void AddShapes(LayerShapes shapes, string name, DatSizes sizes, int heads, bool spatial)
    {
        var channels = sizes.Channels;
        shapes.Norm($"{name}.norm1", channels);
        shapes.Linear($"{name}.attn.qkv", channels, 3 * channels, sizes.Biased);
        shapes.Linear($"{name}.attn.proj", channels, channels);
        shapes.Convolution($"{name}.attn.dwconv.0", channels, channels, 3, groups: channels);
        AddBatchNorm($"{name}.attn.dwconv.1", channels);
        shapes.Convolution($"{name}.attn.channel_interaction.1", channels, channels / 8, 1);
        AddBatchNorm($"{name}.attn.channel_interaction.2", channels / 8);
        shapes.Convolution($"{name}.attn.channel_interaction.4", channels / 8, channels, 1);
        shapes.Convolution($"{name}.attn.spatial_interaction.0", channels, channels / 16, 1);
        AddBatchNorm($"{name}.attn.spatial_interaction.1", channels / 16);
        shapes.Convolution($"{name}.attn.spatial_interaction.3", channels / 16, 1, 1);
        if (spatial)
        {
            DatPositions.AddShapes(shapes, $"{name}.attn.attns.0", sizes.Window.Short, sizes.Window.Long, sizes.PositionWidth, heads / 2);
            DatPositions.AddShapes(shapes, $"{name}.attn.attns.1", sizes.Window.Long, sizes.Window.Short, sizes.PositionWidth, heads / 2);
        }
        else
        {
            shapes[$"{name}.attn.temperature"] = [heads, 1, 1];
        }

        shapes.Norm($"{name}.norm2", channels);
        shapes.Linear($"{name}.ffn.fc1", channels, sizes.Hidden);
        shapes.Norm($"{name}.ffn.sg.norm", sizes.Hidden / 2);
        shapes.Convolution($"{name}.ffn.sg.conv", sizes.Hidden / 2, sizes.Hidden / 2, 3, groups: sizes.Hidden / 2);
        shapes.Linear($"{name}.ffn.fc2", sizes.Hidden / 2, channels);

        void AddBatchNorm(string layer, int width)
        {
            foreach (var part in Statistics)
                shapes[$"{layer}.{part}"] = [width];
        }
    }

    /// <summary>(N, C, H, W) → (N, C, H, W).</summary>
    /// <param name="x">The features.</param>
    /// <param name="windows">The windows of both halves of the channels; <see langword="null"/>: attention along channels.</param>
    public Value Build(Value x, DatWindows[]? windows)
    {
        x = graph.Add(x, windows is null ? ChannelAttention(x) : WindowAttention(x, windows));
        var hidden = graph.Gelu(weights.Pointwise(graph, $"{name}.ffn.fc1", graph.NormalizePixels(x, Epsilon), $"{name}.norm2"));
        var halves = graph.SplitEqually(hidden, 2, 1);
        var gate = weights.ScaledNorm(graph, $"{name}.ffn.sg.norm", halves[1], Epsilon);
        gate = weights.Convolution(graph, $"{name}.ffn.sg.conv", gate, groups: sizes.Hidden / 2);
        return graph.Add(x, weights.Pointwise(graph, $"{name}.ffn.fc2", graph.Mul(halves[0], gate)));
    }

    private Value WindowAttention(Value x, DatWindows[] windows)
    {
        var normal = graph.NormalizePixels(x, Epsilon);
        var values = weights.Pointwise(graph, $"{name}.attn.qkv", normal, $"{name}.norm1", (2 * _channels)..(3 * _channels));
        var half = graph.SplitEqually(values, 2, 1);
        var attended = graph.Concat(1, Branch(normal, half[0], windows[0], 0), Branch(normal, half[1], windows[1], 1));
        var convolved = Convolved(values);
        return Projected(graph.Mul(attended, Channels(convolved)), graph.Mul(convolved, Places(attended)));
    }

    /// <summary>One half of the channels, in windows of one direction.</summary>
    private Value Branch(Value normal, Value values, DatWindows windows, int index)
    {
        int half = _channels / 2, own = heads / 2, width = half / own;
        var scale = 1 / MathF.Sqrt(width);
        var layer = $"{name}.attn.attns.{index}";
        Value query = Project("q", index * half), key = Project("k", _channels + (index * half));
        if (windows.Edges is { } codes)
        {
            var edges = EdgeChannels.Of(graph, codes, own, width, scale);
            (query, key) = (graph.Add(query, edges), graph.Add(key, edges));
        }

        int area = windows.Rows * windows.Columns;
        var biases = graph.Weight($"{layer}.biases", [1, own, area, area], DatPositions.Of(weights, layer, windows.Rows, windows.Columns, own));
        var tokens = windows.Tokens(values, half);
        var mixed = graph.Node(
            "Attention",
            [InWindows(query), InWindows(key), InWindows(tokens), biases],
            Attributes.Int("q_num_heads", own),
            Attributes.Int("kv_num_heads", own),
            Attributes.Float("scale", scale));
        return windows.Image(graph.Reshape(mixed, graph.Node("Shape", [tokens])), half);

        Value InWindows(Value rows) => graph.Reshape(rows, graph.Shape(graph.Integers(-1, area), graph.Size(rows, 2)));

        Value Project(string part, int first)
        {
            var (weight, bias) = weights.FoldedNorm($"{name}.attn.qkv", $"{name}.norm1");
            var (rows, added) = (Roomy(weight.AsSpan(first * _channels, half * _channels)), Roomy(bias.AsSpan(first, half)));
            var image = graph.Node(
                "Conv",
                [normal, graph.OwnWeight($"{layer}.{part}", [added.Length, _channels, 1, 1], rows), graph.OwnWeight($"{layer}.{part}.bias", [added.Length], added)]);
            return windows.Tokens(image, added.Length);
        }

        float[] Roomy(ReadOnlySpan<float> rows) => windows.Edges is null ? rows.ToArray() : EdgeChannels.WithRoom(rows, own, width);
    }

    private Value ChannelAttention(Value x)
    {
        var all = weights.Pointwise(graph, $"{name}.attn.qkv", graph.NormalizePixels(x, Epsilon), $"{name}.norm1");
        var parts = graph.SplitEqually(all, 3, 1);
        Value query = Directions(Rows(parts[0])), key = Directions(Rows(parts[1]));
        var scores = graph.Mul(graph.MatMul(query, graph.Transpose(key, 0, 1, 3, 2)), weights.In(graph, $"{name}.attn.temperature"));
        var attended = graph.Reshape(graph.MatMul(graph.Softmax(scores), Rows(parts[2])), graph.Node("Shape", [x]));
        var convolved = Convolved(parts[2]);
        return Projected(graph.Mul(attended, Places(convolved)), graph.Mul(convolved, Channels(attended)));

        Value Rows(Value part) => graph.Reshape(part, 0, heads, _channels / heads, -1);
    }

    private Value Directions(Value rows)
    {
        var norm = graph.Node("ReduceL2", [rows, graph.Integers(-1)], Attributes.Int("keepdims", 1));
        return graph.Div(rows, graph.Node("Max", [norm, graph.Scalar(SmallestNorm)]));
    }

    private Value Projected(Value a, Value b) => weights.Pointwise(graph, $"{name}.attn.proj", graph.Add(a, b));

    private Value Convolved(Value values) =>
        graph.Gelu(BatchNorm($"{name}.attn.dwconv.1", weights.Convolution(graph, $"{name}.attn.dwconv.0", values, groups: _channels)));

    /// <summary>A factor for each channel, by its mean over the picture.</summary>
    private Value Channels(Value x) => Interaction("channel_interaction", graph.Node("GlobalAveragePool", [x]), 1);

    /// <summary>A factor for each pixel.</summary>
    private Value Places(Value x) => Interaction("spatial_interaction", x, 0);

    private Value Interaction(string part, Value x, int first)
    {
        var inner = BatchNorm($"{name}.attn.{part}.{first + 1}", weights.Convolution(graph, $"{name}.attn.{part}.{first}", x));
        return graph.Sigmoid(weights.Convolution(graph, $"{name}.attn.{part}.{first + 3}", graph.Gelu(inner)));
    }

    private Value BatchNorm(string layer, Value x)
    {
        Value[] inputs = [x, .. Statistics.Select(part => graph.OwnWeight($"{layer}.{part}", [weights[$"{layer}.{part}"].Length], weights[$"{layer}.{part}"]))];
        return graph.Node("BatchNormalization", inputs, Attributes.Float("epsilon", 1e-5f));
    }
}
