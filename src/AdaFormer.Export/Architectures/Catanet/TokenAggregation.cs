using AdaFormer.Export.Architectures.Tokens;
using AdaFormer.Export.Onnx;
using AdaFormer.Export.Weights;

namespace AdaFormer.Export.Architectures.Catanet;

/// <summary>
/// Token aggregation: tokens of similar content, anywhere in the image, attend to each other within groups, and to the token centres, which are stored in the
/// checkpoint. Everything that depends only on the centres is precomputed; the layer norm's scale and shift are folded in.
/// </summary>
internal sealed class TokenAggregation(CatanetSizes sizes, WeightSet weights, int block)
{
    private readonly string _name = $"blocks.{block}.0";
    private readonly int _channels = sizes.Channels;

    /// <summary>(N, C, H, W), the same shape.</summary>
    public Value Build(GraphBuilder graph, TokenLayout layout, Value image)
    {
        var normal = graph.NormalizeRows(layout.ToRows(graph, image));
        var groups = new TokenGroups(graph, NearestCenters(graph, normal), layout.Images, sizes.Group(block));
        var sorted = groups.Sorted(normal);
        var queries = weights.TokenLinear(graph, $"{_name}.iasa_attn.to_q", groups.First(sorted), $"{_name}.norm");
        var within = graph.Attention(
            groups.Groups(queries, sizes.QueryChannels),
            groups.GroupsWithNext(Project("to_k", out _), sizes.QueryChannels),
            groups.GroupsWithNext(Project("to_v", out var shift), _channels),
            CatanetSizes.Heads);
        var toCenters = graph.Attention(queries, Centers("to_k"), Centers("to_v"), CatanetSizes.Heads);
        var mixed = groups.Unsorted(graph.Add(graph.Reshape(within, graph.Node("Shape", [toCenters])), toCenters), _channels);
        var (matrix, bias) = Projection(shift);
        var update = graph.Add(
            graph.MatMul(mixed, WeightSet.Matrix(graph, $"{_name}.projection", matrix, _channels)), graph.Weight($"{_name}.projection.shift", [_channels], bias));
        return ConvFeedForward.Build(graph, weights, $"{_name}.mlp.fn", $"{_name}.mlp.norm", graph.Add(layout.ToImage(graph, update), image), sizes.Hidden);

        // The keys' bias adds a constant to all scores of a query, which the softmax cancels; the values' bias can be added to the result instead.
        Value Project(string layer, out float[] bias)
        {
            (var weight, bias) = weights.FoldedNorm($"{_name}.iasa_attn.{layer}", $"{_name}.norm");
            return graph.MatMul(sorted, WeightSet.Matrix(graph, $"{_name}.iasa_attn.{layer}", weight, bias.Length));
        }

        // Keys or values from the centres, for every image (N, M, C).
        Value Centers(string layer)
        {
            var centers = weights.Tensor($"{_name}.means");
            var weight = weights.Tensor($"{_name}.irca_attn.{layer}.weight");
            var product = Product(centers.Values, weight.Values, _channels);
            var constant = graph.Weight($"{_name}.irca_attn.{layer}.centers", [1, centers.Shape[0], weight.Shape[0]], product);
            return graph.Filled(graph.Shape(layout.Images, graph.Integers(centers.Shape[0], weight.Shape[0])), constant);
        }
    }

    /// <summary>The index of the centre with the largest cosine similarity (n). The token's own length does not matter.</summary>
    private Value NearestCenters(GraphBuilder graph, Value normal)
    {
        var centers = weights.Tensor($"{_name}.means");
        var (scale, shift) = (weights[$"{_name}.norm.weight"], weights[$"{_name}.norm.bias"]);
        var count = (int)centers.Shape[0];
        var (matrix, bias) = (new float[centers.Values.Length], new float[count]);
        for (var center = 0; center < count; center++)
        {
            var vector = centers.Values.AsSpan(center * _channels, _channels);
            double squares = 0, sum = 0;
            foreach (var value in vector)
                squares += (double)value * value;
            var length = Math.Max(Math.Sqrt(squares), 1e-12);
            for (var channel = 0; channel < _channels; channel++)
            {
                matrix[(center * _channels) + channel] = (float)(vector[channel] / length * scale[channel]);
                sum += vector[channel] / length * shift[channel];
            }

            bias[center] = (float)sum;
        }

        var cosines = graph.Add(
            graph.MatMul(normal, WeightSet.Matrix(graph, $"{_name}.means", matrix, count)), graph.Weight($"{_name}.means.shift", [count], bias));
        return graph.Node("ArgMax", [cosines], Attributes.Int("axis", -1), Attributes.Int("keepdims", 0));
    }

    /// <summary>The projection of the attention and the 1×1 convolution after it as one (C, C), and the values' bias after both.</summary>
    private (float[] Matrix, float[] Shift) Projection(float[] valueBias)
    {
        var turned = WeightSet.Transpose(weights[$"{_name}.iasa_attn.proj.weight"], _channels);
        var matrix = Product(weights[$"{_name}.conv1x1.weight"], turned, _channels);
        return (matrix, Product(matrix, valueBias, _channels));
    }

    /// <summary>a·bᵀ of matrices with the same number of columns.</summary>
    private static float[] Product(ReadOnlySpan<float> a, ReadOnlySpan<float> b, int columns)
    {
        var (rows, others) = (a.Length / columns, b.Length / columns);
        var product = new float[rows * others];
        for (var index = 0; index < product.Length; index++)
        {
            double sum = 0;
            for (var column = 0; column < columns; column++)
                sum += (double)a[(index / others * columns) + column] * b[(index % others * columns) + column];
            product[index] = (float)sum;
        }

        return product;
    }
}

/// <summary>Converts an image (N, C, H, W) to a row per pixel (N·H·W, C) and back.</summary>
internal sealed class TokenLayout(GraphBuilder main, Value image, int channels)
{
    /// <summary>N, as a vector of one integer.</summary>
    public Value Images { get; } = main.Size(image, 0);

    /// <summary>H, as a vector of one integer.</summary>
    public Value Height { get; } = main.Size(image, 2);

    /// <summary>W, as a vector of one integer.</summary>
    public Value Width { get; } = main.Size(image, 3);

    public Value ToRows(GraphBuilder graph, Value pixels) =>
        graph.Reshape(graph.Transpose(graph.Reshape(pixels, 0, channels, -1), 0, 2, 1), -1, channels);

    public Value ToImage(GraphBuilder graph, Value rows)
    {
        var tokens = graph.Reshape(rows, graph.Shape(Images, graph.Integers(-1, channels)));
        return graph.Reshape(graph.Transpose(tokens, 0, 2, 1), graph.Shape(Images, graph.Integers(channels), Height, Width));
    }
}
