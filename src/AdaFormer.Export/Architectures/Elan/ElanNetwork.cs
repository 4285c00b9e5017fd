using AdaFormer.Export.Onnx;
using AdaFormer.Export.Weights;

namespace AdaFormer.Export.Architectures.Elan;

/// <summary>Blocks of shifted convolutions and of attention in windows of three sizes, whose scores are computed only once per block.</summary>
internal sealed class ElanNetwork : FeedForwardNetwork
{
    private static readonly int[] Windows = [4, 8, 16];

    private readonly int _channels;
    private readonly int _blocks;
    private readonly int _layers;

    public ElanNetwork(int scale, int channels, int hidden, int blocks, int layers)
    {
        if (channels % Windows.Length != 0)
            throw new WeightsFormatException($"The weights are of an ELAN with {channels} channels; expected a multiple of {Windows.Length}, one part per window size.");
        (_channels, _blocks, _layers) = (channels, blocks, layers);
        var shapes = new LayerShapes();
        shapes.Convolution("sub_mean", 3, 3, 1);
        shapes.Convolution("add_mean", 3, 3, 1);
        shapes.Convolution("head.0", 3, channels, 3);
        for (var block = 0; block < blocks; block++)
        {
            for (var layer = 0; layer < layers; layer++)
                AddLayer(shapes, $"body.{block}", layer, channels, hidden);
        }

        shapes.Convolution("tail.0", channels, 3L * scale * scale, 3);
        Shapes = shapes;
        long shifts = 9L * (channels + hidden) * blocks * layers, area = Windows.Sum(side => side * side);
        Description = new NetworkDescription
        {
            Architecture = "elan",
            Preset = (channels, hidden, blocks, layers) switch { (60, 120, 12, 2) => "light", (180, 360, 18, 2) => "base", _ => "custom" },
            Scale = scale,
            Parameters = CountParameters() - shifts - (2 * 12) - RunningStatistics(),
            MultiplyAddsPerPixel = CountMultiplyAdds() - shifts - (2 * 9) + (blocks * (layers + 1) * area * channels / Windows.Length),
            FeatureWidth = channels,
            BytesPerPixel = 40 * Math.Max(channels, hidden),
            SizeMultiple = Windows[^1],
        };
    }

    public override NetworkDescription Description { get; }

    public override IReadOnlyDictionary<string, long[]> Shapes { get; }

    protected override bool IsBuffer(string tensor) => tensor.EndsWith(".num_batches_tracked", StringComparison.Ordinal);

    protected override Value Build(GraphBuilder graph, WeightSet weights, Value image)
    {
        Value height = graph.Size(image, 2), width = graph.Size(image, 3);
        var windows = new[] { false, true }.Select(rolled =>
            Windows.Select(side => new RolledWindows(graph, height, width, side, rolled ? side / 2 : 0)).ToArray()).ToArray();
        var mean = graph.Weight("mean", [1, 3, 1, 1], TrainingMean.Rgb);
        var range = Range(weights);
        var head = Scaled(graph, weights, "head.0", graph.Sub(image, mean), range, 1);
        var x = head;
        for (var block = 0; block < _blocks; block++)
        {
            var attention = new GroupedAttention(weights, windows[block % 2], height, width, _channels);
            for (var layer = 0; layer < _layers; layer++)
            {
                x = graph.Add(x, LocalFeatures(graph, weights, $"body.{block}.modules_lfe.lfe_{layer}", x));
                x = graph.Add(x, attention.Build(graph, $"body.{block}.modules_gmsa.gmsa_{layer}", x));
            }
        }

        var upscaled = graph.PixelShuffle(Scaled(graph, weights, "tail.0", graph.Add(x, head), 1 / range, 1 / range), Description.Scale);
        return graph.Add(upscaled, mean);
    }

    /// <summary>Two 1×1 convolutions, each after shifting a fifth of the channels by one pixel in each of the four directions.</summary>
    private static Value LocalFeatures(GraphBuilder graph, WeightSet weights, string name, Value x)
    {
        return Shifted("conv1", graph.Relu(Shifted("conv0", x)));

        Value Shifted(string layer, Value input)
        {
            var shift = $"{name}.{layer}.shift_conv";
            var moved = weights.Convolution(graph, shift, input, groups: (int)weights.Tensor($"{shift}.weight").Shape[0]);
            return weights.Convolution(graph, $"{shift}.conv1x1", moved);
        }
    }

    /// <summary>The maximum pixel value in the network's training, by which the mean that it subtracts is multiplied.</summary>
    private static float Range(WeightSet weights)
    {
        var range = -weights["sub_mean.bias"][0] / TrainingMean.Rgb[0];
        var identity = Enumerable.Range(0, 9).Select(index => index % 4 == 0 ? 1f : 0).ToArray();
        var expected = TrainingMean.Rgb.Select(mean => mean * range).ToArray();
        return range > 0 && weights["sub_mean.weight"].SequenceEqual(identity) && weights["add_mean.weight"].SequenceEqual(identity)
            && weights["add_mean.bias"].Zip(expected).All(pair => Math.Abs(pair.First - pair.Second) < 1e-3f * range)
            ? range
            : throw new WeightsFormatException("The tensors 'sub_mean' and 'add_mean' are not those of ELAN, which subtract DIV2K's mean and add it again.");
    }

    private static Value Scaled(GraphBuilder graph, WeightSet weights, string name, Value x, float factor, float biasFactor)
    {
        return graph.Node("Conv", [x, Part(".weight", factor), Part(".bias", biasFactor)], Attributes.Ints("pads", 1, 1, 1, 1));

        Value Part(string part, float by) =>
            graph.Weight(name + part, [.. weights.Tensor(name + part).Shape], weights[name + part].Select(value => value * by).ToArray());
    }

    private static void AddLayer(LayerShapes shapes, string block, int layer, int channels, int hidden)
    {
        var (local, attention) = ($"{block}.modules_lfe.lfe_{layer}", $"{block}.modules_gmsa.gmsa_{layer}");
        AddShifted($"{local}.conv0.shift_conv", channels, hidden);
        AddShifted($"{local}.conv1.shift_conv", hidden, channels);
        var projected = layer == 0 ? 2 * channels : channels; // queries and values, then values alone
        shapes.Convolution($"{attention}.project_inp.0", channels, projected, 1);
        foreach (var part in new[] { "weight", "bias", "running_mean", "running_var" })
            shapes[$"{attention}.project_inp.1.{part}"] = [projected];
        shapes.Convolution($"{attention}.project_out", channels, channels, 1);

        void AddShifted(string name, int inputs, int outputs)
        {
            shapes.Convolution(name, inputs, inputs, 3, groups: inputs, bias: false);
            shapes.Convolution($"{name}.conv1x1", inputs, outputs, 1);
        }
    }

    private long RunningStatistics() => Shapes.Where(pair => pair.Key.Contains(".running_", StringComparison.Ordinal)).Sum(pair => pair.Value[0]);
}

/// <summary>
/// ELAN (Zhang et al., "Efficient Long-Range Attention Network for Image Super-resolution", ECCV 2022). Its window sizes cannot be deduced from its
/// tensors; both published networks have 4, 8 and 16.
/// </summary>
internal sealed class ElanArchitecture : IArchitecture
{
    public string Name => "elan";

    public Network? Recognize(Checkpoint checkpoint)
    {
        const string First = "body.0.modules_lfe.lfe_0.conv0.shift_conv";
        return checkpoint.Has($"{First}.weight", $"{First}.conv1x1.weight", "body.0.modules_gmsa.gmsa_0.project_inp.0.weight", "tail.0.weight")
            ? new ElanNetwork(
                checkpoint.PixelShuffleScale("tail.0.weight"),
                checkpoint.Extent("head.0.weight", 0),
                checkpoint.Extent($"{First}.conv1x1.weight", 0),
                checkpoint.Count("body.{0}.modules_lfe.lfe_0.conv0.shift_conv.weight"),
                checkpoint.Count("body.0.modules_lfe.lfe_{0}.conv0.shift_conv.weight"))
            : null;
    }
}
