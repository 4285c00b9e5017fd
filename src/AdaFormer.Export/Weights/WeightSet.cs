using AdaFormer.Export.Onnx;

namespace AdaFormer.Export.Weights;

/// <summary>Weights with checked names and shapes, ready to be placed in a graph.</summary>
internal sealed class WeightSet
{
    private readonly IReadOnlyDictionary<string, WeightTensor> _tensors;

    /// <exception cref="WeightsFormatException">A tensor is missing, of another shape, unexpected, or not finite.</exception>
    public WeightSet(IReadOnlyDictionary<string, WeightTensor> tensors, IReadOnlyDictionary<string, long[]> expected)
    {
        foreach (var (name, shape) in expected)
        {
            if (!tensors.TryGetValue(name, out var tensor))
                throw new WeightsFormatException($"The weights lack tensor '{name}' of shape [{string.Join(", ", shape)}].");
            if (!tensor.Shape.SequenceEqual(shape))
                throw new WeightsFormatException($"Tensor '{name}' has shape [{string.Join(", ", tensor.Shape)}]; the network requires [{string.Join(", ", shape)}].");
            if (!tensor.Values.All(float.IsFinite))
                throw new WeightsFormatException($"Tensor '{name}' contains NaN or infinity; its training failed.");
        }

        if (tensors.Keys.FirstOrDefault(name => !expected.ContainsKey(name)) is { } unexpected)
            throw new WeightsFormatException($"The weights contain tensor '{unexpected}', which the network does not have.");
        _tensors = tensors;
    }

    public float[] this[string name] => _tensors[name].Values;

    public WeightTensor Tensor(string name) => _tensors[name];

    /// <summary>The tensor as a constant of the graph.</summary>
    public Value In(GraphBuilder graph, string name) => graph.Weight(name, [.. _tensors[name].Shape], _tensors[name].Values);

    /// <summary>A convolution, with bias if the layer has one.</summary>
    /// <param name="graph">The graph or branch that uses it.</param>
    /// <param name="name">The layer's name.</param>
    /// <param name="x">(N, in, H, W).</param>
    /// <param name="groups">Groups of channels that do not see each other.</param>
    /// <param name="stride">Step in pixels.</param>
    /// <param name="padding">Zeros around the image; <see langword="null"/>: as many as preserve the size at stride 1.</param>
    public Value Convolution(GraphBuilder graph, string name, Value x, int groups = 1, int stride = 1, int? padding = null)
    {
        var zeros = padding ?? (_tensors[name + ".weight"].Shape[2] - 1) / 2;
        var attributes = new List<AttributeProto> { Attributes.Ints("pads", zeros, zeros, zeros, zeros) };
        if (groups > 1)
            attributes.Add(Attributes.Int("group", groups));
        if (stride > 1)
            attributes.Add(Attributes.Ints("strides", stride, stride));
        return graph.Node("Conv", _tensors.ContainsKey(name + ".bias") ? [x, Own(".weight"), Own(".bias")] : [x, Own(".weight")], [.. attributes]);

        // ONNX Runtime rearranges the weights of a convolution for speed only if they are in the same graph or branch.
        Value Own(string part) => graph.OwnWeight(name + part, [.. _tensors[name + part].Shape], this[name + part]);
    }

    /// <summary>A linear layer on rows: (n, in) → (n, out).</summary>
    public Value Linear(GraphBuilder graph, string name, Value rows) =>
        graph.Node("Gemm", [rows, In(graph, name + ".weight"), In(graph, name + ".bias")], Attributes.Int("transB", 1));

    /// <summary>The matrix of a linear layer, for multiplying rows (…, in) by it: (in, out).</summary>
    public Value Matrix(GraphBuilder graph, string name) => Matrix(graph, name, this[name + ".weight"], this[name + ".bias"].Length);

    /// <summary>A matrix stored by output, (out, in), transposed for multiplying rows by it: (in, out).</summary>
    public static Value Matrix(GraphBuilder graph, string name, ReadOnlySpan<float> weight, int outputs) =>
        graph.Weight(name + ".matrix", [weight.Length / outputs, outputs], Transpose(weight, outputs));

    /// <summary>A matrix stored by output, (out, in), transposed: (in, out).</summary>
    public static float[] Transpose(ReadOnlySpan<float> weight, int outputs)
    {
        var inputs = weight.Length / outputs;
        var turned = new float[weight.Length];
        for (var index = 0; index < turned.Length; index++)
            turned[index] = weight[(index % outputs * inputs) + (index / outputs)];
        return turned;
    }

    /// <summary>
    /// A linear layer's weight and bias with the scale and shift of the layer norm before it folded in:
    /// W(γ·y + β) + b = (W·γ)y + (Wβ + b), where y has mean 0 and variance 1. A layer without a bias gets one.
    /// </summary>
    public (float[] Weight, float[] Bias) FoldedNorm(string name, string norm)
    {
        var weight = this[name + ".weight"];
        var (gamma, beta) = (this[norm + ".weight"], this[norm + ".bias"]);
        var bias = _tensors.TryGetValue(name + ".bias", out var own) ? own.Values : new float[weight.Length / gamma.Length];
        var folded = new float[weight.Length];
        var shifted = new float[bias.Length];
        for (var output = 0; output < bias.Length; output++)
        {
            double sum = bias[output];
            for (var input = 0; input < gamma.Length; input++)
            {
                var index = (output * gamma.Length) + input;
                folded[index] = weight[index] * gamma[input];
                sum += (double)weight[index] * beta[input];
            }

            shifted[output] = (float)sum;
        }

        return (folded, shifted);
    }
}
