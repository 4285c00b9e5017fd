using AdaFormer.Export.Onnx;
using AdaFormer.Export.Weights;

namespace AdaFormer.Export.Architectures.Esrgan;

/// <summary>Residual blocks of three densely connected blocks each, then enlargements by 2 by nearest neighbour, each with a convolution.</summary>
internal sealed class EsrganNetwork : FeedForwardNetwork
{
    private const float Slope = 0.2f;
    private const float ResidualShare = 0.2f;
    private const int DenseBlocks = 3;
    private const int Convolutions = 5;
    private readonly EsrganKeys _keys;
    private readonly int _unshuffle;
    private readonly bool _plus;

    /// <param name="keys">The tensors' names.</param>
    /// <param name="channels">Channels between blocks.</param>
    /// <param name="growth">Channels that each convolution of a dense block adds.</param>
    /// <param name="unshuffle">The factor by which the picture is taken apart first.</param>
    /// <param name="plus">Whether the dense blocks have the residual paths of ESRGAN+.</param>
    public EsrganNetwork(EsrganKeys keys, int channels, int growth, int unshuffle, bool plus)
    {
        (_keys, _unshuffle, _plus) = (keys, unshuffle, plus);
        var scale = Checkpoint.Scale("ESRGAN", 1 << Math.Min(keys.Enlarging.Count, 16), unshuffle);
        var shapes = new LayerShapes();
        shapes.Convolution(keys.First, 3L * unshuffle * unshuffle, channels, 3);
        foreach (var (block, dense) in Dense())
        {
            for (var number = 1; number <= Convolutions; number++)
                shapes.Convolution(keys.Convolution(block, dense, number), channels + ((number - 1) * growth), number == Convolutions ? channels : growth, 3);
            if (plus)
                shapes.Convolution($"{keys.DenseBlock(block, dense)}.conv1x1", channels, growth, 1, bias: false);
        }

        foreach (var name in keys.Enlarging.Append(keys.Trunk).Append(keys.Refining))
            shapes.Convolution(name, channels, channels, 3);
        shapes.Convolution(keys.Last, channels, 3, 3);
        Shapes = shapes;
        Description = new NetworkDescription
        {
            Architecture = "esrgan",
            Preset = (channels, growth, plus, keys.Blocks) switch { (64, 32, false, 23) => "rrdb-23", (64, 32, false, 6) => "rrdb-6", _ => "custom" },
            Scale = scale,
            Parameters = CountParameters(),
            MultiplyAddsPerPixel = CountMultiplyAdds(Share),
            FeatureWidth = channels,
            BytesPerPixel = Math.Max(16L * channels * scale * scale, 12L * (channels + (4 * growth)) / (unshuffle * unshuffle)),
            SizeMultiple = unshuffle,
        };
    }

    public override NetworkDescription Description { get; }

    public override IReadOnlyDictionary<string, long[]> Shapes { get; }

    protected override Value Build(GraphBuilder graph, WeightSet weights, Value image)
    {
        var shallow = PixelUnshuffle.Convolution(graph, weights, _keys.First, image, _unshuffle);
        var x = shallow;
        for (var block = 0; block < _keys.Blocks; block++)
        {
            var inner = x;
            for (var dense = 1; dense <= DenseBlocks; dense++)
                inner = DenseBlock(graph, weights, block, dense, inner);
            x = graph.Add(Lessened(graph, inner), x);
        }

        x = graph.Add(weights.Convolution(graph, _keys.Trunk, x), shallow);
        foreach (var name in _keys.Enlarging)
            x = graph.LeakyRelu(weights.Convolution(graph, name, graph.Nearest(x, 2)), Slope);
        x = graph.LeakyRelu(weights.Convolution(graph, _keys.Refining, x), Slope);
        return weights.Convolution(graph, _keys.Last, x);
    }

    private Value DenseBlock(GraphBuilder graph, WeightSet weights, int block, int dense, Value x)
    {
        var (all, added) = (x, Value.None);
        for (var number = 1; number < Convolutions; number++)
        {
            var next = graph.LeakyRelu(weights.Convolution(graph, _keys.Convolution(block, dense, number), all), Slope);
            if (_plus && number == 2)
                added = next = graph.Add(next, weights.Convolution(graph, $"{_keys.DenseBlock(block, dense)}.conv1x1", x));
            if (_plus && number == 4)
                next = graph.Add(next, added);
            all = graph.Concat(1, all, next);
        }

        return graph.Add(Lessened(graph, weights.Convolution(graph, _keys.Convolution(block, dense, Convolutions), all)), x);
    }

    private static Value Lessened(GraphBuilder graph, Value x) => graph.Mul(x, graph.Scalar(ResidualShare));

    private IEnumerable<(int Block, int Dense)> Dense() =>
        from block in Enumerable.Range(0, _keys.Blocks)
        from dense in Enumerable.Range(1, DenseBlocks)
        select (block, dense);

    /// <summary>Pixels that a layer processes for each one of the input.</summary>
    private double Share(string tensor)
    {
        var layer = tensor[..tensor.LastIndexOf('.')];
        var steps = layer == _keys.Refining || layer == _keys.Last ? _keys.Enlarging.Count : _keys.Enlarging.ToList().IndexOf(layer) + 1;
        return Math.Pow(4, steps) / (_unshuffle * _unshuffle);
    }
}

/// <summary>
/// ESRGAN (Wang et al., "ESRGAN: Enhanced Super-Resolution Generative Adversarial Networks", ECCV workshops 2018), whose network is also that of BSRGAN and
/// Real-ESRGAN (Wang et al., ICCV workshops 2021), and of most models that people have trained since.
/// </summary>
internal sealed class EsrganArchitecture : IArchitecture
{
    public string Name => "esrgan";

    public Network? Recognize(Checkpoint checkpoint)
    {
        if (EsrganKeys.Of(checkpoint) is not { } keys)
            return null;
        checkpoint.ExpectRgb($"{keys.Last}.weight");
        return new EsrganNetwork(
            keys,
            checkpoint.Extent($"{keys.First}.weight", 0),
            checkpoint.Extent($"{keys.Convolution(0, 1, 1)}.weight", 0),
            checkpoint.UnshuffleFactor($"{keys.First}.weight"),
            checkpoint.Has($"{keys.DenseBlock(0, 1)}.conv1x1.weight"));
    }
}
