namespace AdaFormer.Plotting;

/// <summary>A named line of a chart.</summary>
/// <param name="Name">Its name in the legend; an empty one has no entry.</param>
/// <param name="Points">Its points in the order in which they are joined; the line has a gap where a value is NaN or infinite.</param>
public sealed record ChartSeries(string Name, IReadOnlyList<(double X, double Y)> Points)
{
    /// <summary>Whether a line joins the points. Default: yes.</summary>
    public bool Line { get; init; } = true;

    /// <summary>Whether every point has a dot. A point without neighbours always has. Default: no.</summary>
    public bool Markers { get; init; }

    /// <summary>Whether the line is dashed. Default: no.</summary>
    public bool Dashed { get; init; }
}
