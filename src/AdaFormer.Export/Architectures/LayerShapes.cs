namespace AdaFormer.Export.Architectures;

/// <summary>The tensors of a network by name, with their shapes, collected layer by layer.</summary>
internal sealed class LayerShapes : SortedDictionary<string, long[]>
{
    public LayerShapes() : base(StringComparer.Ordinal)
    {
    }

    /// <summary>A convolution with a square kernel.</summary>
    public void Convolution(string name, long inputs, long outputs, long side, long groups = 1, bool bias = true) =>
        Layer(name, outputs, [outputs, inputs / groups, side, side], bias);

    public void Linear(string name, long inputs, long outputs, bool bias = true) => Layer(name, outputs, [outputs, inputs], bias);

    /// <summary>A layer norm.</summary>
    public void Norm(string name, long channels) => Layer(name, channels, [channels], bias: true);

    private void Layer(string name, long outputs, long[] weight, bool bias)
    {
        this[name + ".weight"] = weight;
        if (bias)
            this[name + ".bias"] = [outputs];
    }
}
