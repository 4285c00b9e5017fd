namespace AdaFormer.Plotting;

/// <summary>The range of an axis, where its values lie in pixels, and its ticks.</summary>
internal sealed class ChartAxis
{
    private const int TicksWanted = 5;
    private readonly Func<double, double> _position;
    private readonly (double From, double To) _pixels;
    private readonly (double From, double To) _range;

    private ChartAxis(IReadOnlyList<double> ticks, (double From, double To) range, (double From, double To) pixels, Func<double, double> position)
    {
        (Ticks, _pixels, _position) = (ticks, pixels, position);
        _range = (position(range.From), position(range.To));
    }

    /// <summary>Where the axis has ticks, rising.</summary>
    public IReadOnlyList<double> Ticks { get; }

    /// <summary>From the least value to the largest; where <paramref name="toTicks"/>, on to the ticks around them.</summary>
    public static ChartAxis Linear(IReadOnlyCollection<double> values, (double From, double To) pixels, bool toTicks)
    {
        var (from, to) = Widened(values.DefaultIfEmpty(0).Min(), values.DefaultIfEmpty(1).Max());
        var step = NiceStep((to - from) / TicksWanted);
        if (toTicks)
            (from, to) = (Math.Floor((from / step) + 1e-9) * step, Math.Ceiling((to / step) - 1e-9) * step);
        var (first, last) = (Math.Ceiling((from / step) - 1e-9), Math.Floor((to / step) + 1e-9));
        var ticks = Enumerable.Range(0, (int)(last - first) + 1).Select(i => (first + i) * step).ToArray();
        return new ChartAxis(ticks, (from, to), pixels, value => value);
    }

    /// <summary>From the least value to the largest, all of them positive, by their logarithms.</summary>
    public static ChartAxis Logarithmic(IReadOnlyCollection<double> values, (double From, double To) pixels)
    {
        var (from, to) = (values.DefaultIfEmpty(1).Min(), values.DefaultIfEmpty(10).Max());
        if (from == to)
            (from, to) = (from / 2, to * 2);
        var (first, last) = ((int)Math.Floor(Math.Log10(from)), (int)Math.Floor(Math.Log10(to)));
        double[] digits = last - first <= 2 ? [1, 2, 5] : [1];
        var ticks = Enumerable.Range(first, last - first + 1)
            .SelectMany(power => digits.Select(digit => digit * Math.Pow(10, power)))
            .Where(tick => tick >= from * (1 - 1e-9) && tick <= to * (1 + 1e-9));
        return new ChartAxis(ticks.ToArray(), (from, to), pixels, Math.Log10);
    }

    /// <summary>Where a value lies.</summary>
    public double Pixel(double value)
    {
        var share = (_position(value) - _range.From) / (_range.To - _range.From);
        return _pixels.From + (share * (_pixels.To - _pixels.From));
    }

    // A constant, or one that differs in its last digits only, needs a range too.
    private static (double From, double To) Widened(double from, double to)
    {
        var size = Math.Max(Math.Abs(from), Math.Abs(to));
        if (to - from > 1e-9 * size)
            return (from, to);
        var margin = size > 0 ? size / 10 : 1;
        return (from - margin, to + margin);
    }

    private static double NiceStep(double atLeast)
    {
        var power = Math.Pow(10, Math.Floor(Math.Log10(atLeast)));
        return power * new[] { 1.0, 2, 5, 10 }.First(digit => digit * power >= atLeast * (1 - 1e-9));
    }
}
