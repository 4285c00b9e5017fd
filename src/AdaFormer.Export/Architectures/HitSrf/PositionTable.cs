using AdaFormer.Export.Weights;

namespace AdaFormer.Export.Architectures.HitSrf;

/// <summary>
/// The relative position bias of tokens and cells: a small network on the offset, averaged over the tokens of a cell. It does not depend on
/// the picture, so it is computed here.
/// </summary>
internal sealed class PositionTable(WeightSet weights, string name, int side, int cell)
{
    /// <summary>By head, and by the offset of the token from the cell's first, row then column, each from cell − side to side − 1.</summary>
    public float[] Values
    {
        get
        {
            var (full, span) = ((2 * side) - 1, (2 * side) - cell);
            var offsets = new float[full * full][];
            for (var index = 0; index < offsets.Length; index++)
                offsets[index] = OfOffset((index / full) + 1 - side, (index % full) + 1 - side);
            var heads = offsets[0].Length;
            var values = new float[heads * span * span];
            for (var index = 0; index < span * span; index++)
            {
                for (var token = 0; token < cell * cell; token++)
                {
                    var (row, column) = ((index / span) + cell - 1 - (token / cell), (index % span) + cell - 1 - (token % cell));
                    for (var head = 0; head < heads; head++)
                        values[(head * span * span) + index] += offsets[(row * full) + column][head] / (cell * cell);
                }
            }

            return values;
        }
    }

    private float[] OfOffset(int row, int column)
    {
        var x = Linear($"{name}.pos_proj", [row, column]);
        for (var layer = 1; layer <= 3; layer++)
            x = Linear($"{name}.pos{layer}.2", NormalizedAndRectified($"{name}.pos{layer}.0", x));
        return x;
    }

    private float[] Linear(string layer, float[] x)
    {
        var (weight, result) = (weights[layer + ".weight"], weights[layer + ".bias"].ToArray());
        for (var index = 0; index < weight.Length; index++)
            result[index / x.Length] += weight[index] * x[index % x.Length];
        return result;
    }

    private float[] NormalizedAndRectified(string layer, float[] x)
    {
        var mean = x.Average();
        var deviation = MathF.Sqrt(x.Average(value => (value - mean) * (value - mean)) + 1e-5f);
        return [.. x.Select((value, index) => Math.Max(0, ((value - mean) / deviation * weights[layer + ".weight"][index]) + weights[layer + ".bias"][index]))];
    }
}
