namespace AdaFormer.Evaluation;

/// <summary>How often an activation has which value, and where to clip it.</summary>
internal sealed class ActivationHistogram
{
    private const int Bins = 4096;
    private const int Levels = 255;
    private const int Candidates = 60;
    private const int Turns = 2;

    private readonly long[] _counts = new long[Bins];
    private float _minimum;
    private float _maximum;

    /// <summary>Takes values into the range. All of them must be in it before the first is counted.</summary>
    public void Widen(ReadOnlySpan<float> values)
    {
        foreach (var value in values)
            (_minimum, _maximum) = (Math.Min(_minimum, value), Math.Max(_maximum, value));
    }

    /// <summary>Counts values.</summary>
    public void Count(ReadOnlySpan<float> values)
    {
        var perUnit = Bins / (_maximum - _minimum);
        foreach (var value in values)
            _counts[Math.Clamp((int)((value - _minimum) * perUnit), 0, Bins - 1)]++;
    }

    /// <summary>The range whose 256 levels represent the values with the least squared error, either end moved towards 0 in turn.</summary>
    public (float Minimum, float Maximum) BestRange()
    {
        var (low, high) = (_minimum, _maximum);
        for (var turn = 0; turn < Turns; turn++)
        {
            high = Shrunk(_maximum).MinBy(end => SquaredError(low, end));
            low = Shrunk(_minimum).MinBy(end => SquaredError(end, high));
        }

        return (low, high);

        static IEnumerable<float> Shrunk(float end) => Enumerable.Range(0, Candidates).Select(step => end * (1 - (step / (float)Candidates)));
    }

    private double SquaredError(double low, double high)
    {
        var width = (double)(_maximum - _minimum) / Bins;
        var rounding = Math.Pow((high - low) / Levels, 2) / 12;
        var sum = 0.0;
        for (var bin = 0; bin < Bins; bin++)
        {
            var value = _minimum + ((bin + 0.5) * width);
            var beyond = Math.Max(Math.Max(low - value, value - high), 0);
            sum += _counts[bin] * (beyond > 0 ? beyond * beyond : rounding);
        }

        return sum;
    }
}
