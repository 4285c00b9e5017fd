using AdaFormer.Export.Architectures.Esrt;
using AdaFormer.Export.Weights;

namespace AdaFormer.Export.Tests.Architectures;

/// <summary>
/// The weights of ESRT that the original code was given: its smallest network is still too large for a fixture, so they are computed from each tensor's place in the
/// order of names and each value's in the tensor.
/// </summary>
internal static class EsrtWeights
{
    /// <summary>A safetensors file: scale 2, 16 channels.</summary>
    public static byte[] Make()
    {
        var tensors = new Dictionary<string, WeightTensor>();
        foreach (var (index, (name, shape)) in new EsrtNetwork(2, 16, 1, 1).Shapes.OrderBy(pair => pair.Key, StringComparer.Ordinal).Index())
        {
            var count = shape.Aggregate(1L, (product, extent) => product * extent);
            var values = new float[count];
            for (var place = 0; place < count; place++)
                values[place] = (float)Value(name, shape.Length > 1 ? count / shape[0] : 0, Noise((uint)(index * 7919) + (uint)place + 1));
            tensors[name] = new WeightTensor(shape, values);
        }

        using var stream = new MemoryStream();
        new SafetensorsFile(tensors).Write(stream);
        return stream.ToArray();
    }

    /// <summary>A weight, by how many inputs its output has, or 0 where it is none of a matrix or kernel.</summary>
    private static double Value(string name, long inputs, double noise) =>
        inputs > 0 ? noise * 1.4 / Math.Sqrt(inputs)
        : name.EndsWith(".scale", StringComparison.Ordinal) || (name.Contains("norm", StringComparison.Ordinal) && name.EndsWith(".weight", StringComparison.Ordinal)) ? 1 + (0.4 * noise)
        : 0.2 * noise;

    /// <summary>From -1 to 1.</summary>
    private static double Noise(uint seed)
    {
        var hash = unchecked(seed * 2654435761);
        hash ^= hash >> 16;
        hash = unchecked(hash * 2246822519);
        hash ^= hash >> 13;
        return (hash / 4294967296.0 * 2) - 1;
    }
}
