using AdaFormer.Export;
using AdaFormer.Export.Architectures;
using AdaFormer.Export.Weights;

namespace AdaFormer.Benchmarks;

/// <summary>Weights for measuring time alone: random, scaled so that values keep their size from layer to layer.</summary>
internal static class RandomWeights
{
    /// <returns>The bytes of a weights file.</returns>
    public static byte[] Of(AdaFormerConfiguration configuration)
    {
        var random = new Random(1);
        var tensors = AdaFormerShapes.Of(configuration).ToDictionary(pair => pair.Key, pair => Tensor(pair.Key, pair.Value, random));
        using var stream = new MemoryStream();
        new SafetensorsFile(tensors, configuration.ToMetadata()).Write(stream);
        return stream.ToArray();
    }

    private static WeightTensor Tensor(string name, long[] shape, Random random)
    {
        var count = shape.Aggregate(1L, (product, extent) => product * extent);
        var bound = name.Contains(".norm", StringComparison.Ordinal) ? 0 : 1 / MathF.Sqrt(shape.Length > 1 ? count / shape[0] : count);
        var centre = bound == 0 && name.EndsWith(".weight", StringComparison.Ordinal) ? 1 : 0;
        return new WeightTensor(shape, [.. Enumerable.Range(0, (int)count).Select(_ => centre + (bound * ((2 * random.NextSingle()) - 1)))]);
    }
}
