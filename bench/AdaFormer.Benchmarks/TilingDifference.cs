using AdaFormer.Imaging;

namespace AdaFormer.Benchmarks;

/// <summary>How far pictures in tiles are from the whole ones, in grey levels of 255.</summary>
internal sealed class TilingDifference
{
    private readonly long[] _differences = new long[256];
    private double _steps;
    private long _stepCount;

    /// <summary>The largest difference of a sample.</summary>
    public int Largest => Array.FindLastIndex(_differences, count => count > 0);

    /// <summary>The mean step that tiles add between neighbouring pixels on either side of a seam.</summary>
    public double MeanStep => _steps / Math.Max(1, _stepCount);

    /// <summary>The mean step along the worst side of any tile.</summary>
    public double WorstSeam { get; private set; }

    /// <summary>The difference that a share of the samples does not exceed.</summary>
    public int Level(double share)
    {
        var (level, seen, all) = (0, _differences[0], _differences.Sum());
        while (seen < share * all)
            seen += _differences[++level];
        return level;
    }

    public void Add(Picture whole, Picture tiled, IReadOnlyList<Tile> tiles, int scale)
    {
        for (var y = 0; y < whole.Height; y++)
        {
            var (one, other) = (whole.Row8(y).ToArray(), tiled.Row8(y).ToArray());
            for (var index = 0; index < one.Length; index++)
                _differences[Math.Abs(one[index] - other[index])]++;
        }

        foreach (var tile in tiles)
        {
            var (x, y) = (tile.CoreX * scale, tile.CoreY * scale);
            if (x > 0)
                Seam(tile.CoreHeight * scale, index => Difference(x, y + index) - Difference(x - 1, y + index));
            if (y > 0)
                Seam(tile.CoreWidth * scale, index => Difference(x + index, y) - Difference(x + index, y - 1));
        }

        int Difference(int x, int y) => tiled[x, y, 1] - whole[x, y, 1];
    }

    private void Seam(int length, Func<int, int> step)
    {
        var sum = 0.0;
        for (var index = 0; index < length; index++)
            sum += Math.Abs(step(index));
        _steps += sum;
        _stepCount += length;
        WorstSeam = Math.Max(WorstSeam, sum / length);
    }
}
