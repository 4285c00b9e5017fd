using AdaFormer.Export.Weights;

namespace AdaFormer.Export.Architectures.Dat;

/// <summary>The bias of a position in a window, which a small network makes of the offset between query and key; computed at export, since it is the same for every picture.</summary>
internal static class DatPositions
{
    /// <summary>All offsets in a window, (2R − 1)·(2S − 1) pairs, from which its sides can be seen.</summary>
    public const string Offsets = "rpe_biases";
    private const double Epsilon = 1e-5;
    private static readonly string[] Layers = ["pos1", "pos2", "pos3"];

    public static void AddShapes(LayerShapes shapes, string name, int rows, int columns, int width, int heads)
    {
        shapes[$"{name}.{Offsets}"] = [(2 * rows - 1) * (2 * columns - 1), 2];
        shapes.Linear($"{name}.pos.pos_proj", 2, width);
        foreach (var layer in Layers)
        {
            shapes.Norm($"{name}.pos.{layer}.0", width);
            shapes.Linear($"{name}.pos.{layer}.2", width, layer == "pos3" ? heads : width);
        }
    }

    /// <summary>The biases of all pairs of a window, row by row: (h, R·S, R·S).</summary>
    public static float[] Of(WeightSet weights, string name, int rows, int columns, int heads)
    {
        var (down, across, area) = (2 * rows - 1, 2 * columns - 1, rows * columns);
        var table = new double[down * across][];
        for (var index = 0; index < table.Length; index++)
        {
            var position = Linear(weights, $"{name}.pos.pos_proj", [(index / across) - rows + 1, (index % across) - columns + 1]);
            foreach (var layer in Layers)
                position = Linear(weights, $"{name}.pos.{layer}.2", [.. Normalized(weights, $"{name}.pos.{layer}.0", position).Select(value => Math.Max(0, value))]);
            table[index] = position;
        }

        var biases = new float[heads * area * area];
        for (var index = 0; index < biases.Length; index++)
        {
            var (head, query, key) = (index / (area * area), index / area % area, index % area);
            var offset = (((query / columns) - (key / columns) + rows - 1) * across) + (query % columns) - (key % columns) + columns - 1;
            biases[index] = (float)table[offset][head];
        }

        return biases;
    }

    private static double[] Linear(WeightSet weights, string name, double[] inputs)
    {
        var (weight, bias) = (weights[$"{name}.weight"], weights[$"{name}.bias"]);
        return [.. bias.Select((start, output) => start + inputs.Select((value, input) => value * weight[(output * inputs.Length) + input]).Sum())];
    }

    private static double[] Normalized(WeightSet weights, string name, double[] inputs)
    {
        var mean = inputs.Average();
        var deviation = Math.Sqrt(inputs.Average(value => (value - mean) * (value - mean)) + Epsilon);
        return [.. inputs.Select((value, index) => ((value - mean) / deviation * weights[$"{name}.weight"][index]) + weights[$"{name}.bias"][index])];
    }
}
