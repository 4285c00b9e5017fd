using AdaFormer.Export.Onnx;

namespace AdaFormer.Export.Weights;

/// <summary>Weights whose names and shapes were checked, ready to be placed in a graph.</summary>
internal sealed class WeightSet
{
    private readonly IReadOnlyDictionary<string, WeightTensor> _tensors;

    /// <exception cref="WeightsFormatException">A tensor is missing, of another shape, not expected, or not finite.</exception>
    public WeightSet(IReadOnlyDictionary<string, WeightTensor> tensors, IReadOnlyDictionary<string, long[]> expected)
    {
        foreach (var (name, shape) in expected)
        {
            if (!tensors.TryGetValue(name, out var tensor))
                throw new WeightsFormatException($"The weights lack tensor '{name}' of shape [{string.Join(", ", shape)}].");
            if (!tensor.Shape.SequenceEqual(shape))
                throw new WeightsFormatException($"Tensor '{name}' has shape [{string.Join(", ", tensor.Shape)}]; its metadata asks for [{string.Join(", ", shape)}].");
            if (!tensor.Values.All(float.IsFinite))
                throw new WeightsFormatException($"Tensor '{name}' holds NaN or infinity; the training that made it has failed.");
        }

        if (tensors.Keys.FirstOrDefault(name => !expected.ContainsKey(name)) is { } unexpected)
            throw new WeightsFormatException($"The weights hold tensor '{unexpected}', which the network that their metadata describes does not have.");
        _tensors = tensors;
    }

    public float[] this[string name] => _tensors[name].Values;

    /// <summary>The tensor as a constant of the graph.</summary>
    public Value In(GraphBuilder graph, string name) => graph.Weight(name, [.. _tensors[name].Shape], _tensors[name].Values);

    /// <summary>A convolution with stride 1, and zero padding that keeps the size.</summary>
    public Value Convolution(GraphBuilder graph, string name, Value x)
    {
        var padding = (_tensors[name + ".weight"].Shape[2] - 1) / 2;
        return graph.Node("Conv", [x, In(graph, name + ".weight"), In(graph, name + ".bias")], Attributes.Ints("pads", padding, padding, padding, padding));
    }

    /// <summary>A linear layer on rows: (n, in) → (n, out).</summary>
    public Value Linear(GraphBuilder graph, string name, Value rows) =>
        graph.Node("Gemm", [rows, In(graph, name + ".weight"), In(graph, name + ".bias")], Attributes.Int("transB", 1));

    /// <summary>Layer normalisation over the last axis.</summary>
    public Value LayerNorm(GraphBuilder graph, string name, Value x) =>
        graph.Node("LayerNormalization", [x, In(graph, name + ".weight"), In(graph, name + ".bias")], Attributes.Float("epsilon", 1e-5f));
}
