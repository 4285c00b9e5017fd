using AdaFormer.Export.Onnx;
using AdaFormer.Export.Weights;

namespace AdaFormer.Export.Architectures;

/// <summary>A network of known sizes: its tensors, its description, and its graph.</summary>
internal abstract class Network
{
    public abstract NetworkDescription Description { get; }

    /// <summary>Every tensor that the graph needs, with its shape.</summary>
    public abstract IReadOnlyDictionary<string, long[]> Shapes { get; }

    /// <summary>The network's description in the metadata of its graph.</summary>
    public abstract IReadOnlyDictionary<string, string> Metadata(ExportOptions options);

    /// <summary>Builds the graph: input <c>image</c> (N, 3, H, W) in [0, 1], output <c>upscaled</c> (N, 3, sH, sW), for any N, H and W.</summary>
    /// <param name="weights">The tensors, checked against <see cref="Shapes"/>.</param>
    /// <param name="options">The options; a network without halting and INT8 uses only the fixed size.</param>
    /// <param name="observed">Whether to output the activations that INT8 would quantize.</param>
    public abstract GraphProto BuildGraph(WeightSet weights, ExportOptions options, bool observed);

    /// <summary>The tensors of a checkpoint except those that the graph computes itself.</summary>
    public IReadOnlyDictionary<string, WeightTensor> WithoutBuffers(IReadOnlyDictionary<string, WeightTensor> tensors) =>
        tensors.Where(pair => Shapes.ContainsKey(pair.Key) || (!IsBuffer(pair.Key) && !IsProfilersCount(pair.Key))).ToDictionary(StringComparer.Ordinal);

    /// <summary>Whether a tensor in checkpoints that is not in <see cref="Shapes"/> is one that the graph computes itself: a mask, an index.</summary>
    protected virtual bool IsBuffer(string tensor) => false;

    // Left behind by a program that counts a network's operations.
    private static bool IsProfilersCount(string tensor) =>
        tensor.EndsWith("total_ops", StringComparison.Ordinal) || tensor.EndsWith("total_params", StringComparison.Ordinal);

    /// <summary>Number of weights.</summary>
    protected long CountParameters() => Shapes.Values.Sum(Product);

    /// <summary>Multiply-adds per pixel of all linear layers and convolutions.</summary>
    /// <param name="share">The share of the pixels that the layer with a tensor processes; <see langword="null"/>: all.</param>
    protected long CountMultiplyAdds(Func<string, double>? share = null) =>
        (long)Shapes.Where(pair => pair.Value.Length is 2 or 4).Sum(pair => Product(pair.Value) * (share?.Invoke(pair.Key) ?? 1));

    private static long Product(long[] shape) => shape.Aggregate(1L, (product, extent) => product * extent);
}

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

/// <summary>The mean of DIV2K, the usual training pictures, in 0 to 1, which networks subtract first and add last.</summary>
internal static class TrainingMean
{
    public static float[] Rgb { get; } = [0.4488f, 0.4371f, 0.4040f];
}
