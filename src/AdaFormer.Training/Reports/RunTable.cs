using System.Globalization;

namespace AdaFormer.Training.Reports;

/// <summary>A table of a run, <c>training.csv</c> or <c>validation.csv</c>, by the names of its columns.</summary>
internal sealed class RunTable
{
    private const int MostPoints = 400;
    private readonly string[] _names;
    private readonly double[][] _rows;

    private RunTable(string[] names, double[][] rows) => (_names, _rows) = (names, rows);

    /// <summary>Reads a table; a missing one has no columns.</summary>
    public static RunTable Read(string path)
    {
        var lines = File.Exists(path) ? File.ReadAllLines(path) : [];
        return new RunTable(
            lines.Length == 0 ? [] : lines[0].Split(','),
            lines.Skip(1).Select(line => line.Split(',').Select(Number).ToArray()).ToArray());
    }

    /// <summary>The columns with this prefix, in order.</summary>
    public IEnumerable<string> Columns(string prefix) => _names.Where(name => name.StartsWith(prefix, StringComparison.Ordinal));

    /// <summary>A column over the iteration, averaged over neighbours if it has many rows; empty if there is no such column.</summary>
    public IReadOnlyList<(double X, double Y)> Curve(string name, double factor = 1)
    {
        var (x, y) = (Array.IndexOf(_names, "iteration"), Array.IndexOf(_names, name));
        if (x < 0 || y < 0)
            return [];
        return _rows.Where(row => row.Length > Math.Max(x, y))
            .Chunk(((_rows.Length - 1) / MostPoints) + 1)
            .Select(rows => (rows[^1][x], factor * rows.Average(row => row[y])))
            .ToArray();
    }

    private static double Number(string text) => double.TryParse(text, CultureInfo.InvariantCulture, out var number) ? number : double.NaN;
}
