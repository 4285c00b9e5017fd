namespace AdaFormer.Imaging;

/// <summary>The input samples and weights that make each output sample along one axis: MATLAB's <c>contributions</c>.</summary>
internal sealed class ResampleWeights
{
    private readonly double[] _weights;
    private readonly int[] _first;
    private readonly int _inputLength;

    public ResampleWeights(int inputLength, int outputLength, double scale)
    {
        _inputLength = inputLength;
        var stretch = Math.Min(scale, 1);
        var width = 4 / stretch;
        // MATLAB adds one tap at either end, whose weights are always zero.
        var taps = (int)Math.Ceiling(width);
        _first = new int[outputLength];
        _weights = new double[outputLength * taps];
        Taps = taps;
        for (var i = 0; i < outputLength; i++)
        {
            // One-based, as MATLAB counts: the same operations in the same order give the same last bit.
            var centre = (i + 1) / scale + 0.5 * (1 - 1 / scale);
            var left = Math.Floor(centre - width / 2) + 1;
            _first[i] = (int)left - 1;
            var weights = _weights.AsSpan(i * taps, taps);
            var sum = 0.0;
            for (var k = 0; k < taps; k++)
                sum += weights[k] = stretch * Cubic(stretch * (centre - (left + k)));
            foreach (ref var weight in weights)
                weight /= sum;
        }
    }

    /// <summary>Number of weights of each output sample, some of them zero.</summary>
    public int Taps { get; }

    public ReadOnlySpan<double> this[int output] => _weights.AsSpan(output * Taps, Taps);

    /// <summary>The first input sample of an output sample; it and those after it may lie outside, see <see cref="Mirror"/>.</summary>
    public int First(int output) => _first[output];

    /// <summary>Maps a sample index outside the picture into it: mirrored with the edge repeated, back and forth.</summary>
    public int Mirror(int index)
    {
        var period = 2L * _inputLength;
        var position = (int)((index % period + period) % period);
        return position < _inputLength ? position : (int)(period - 1 - position);
    }

    // Keys 1981 with a = -0.5.
    private static double Cubic(double x)
    {
        var a = Math.Abs(x);
        var a2 = a * a;
        var a3 = a2 * a;
        return a <= 1 ? 1.5 * a3 - 2.5 * a2 + 1
            : a <= 2 ? -0.5 * a3 + 2.5 * a2 - 4 * a + 2
            : 0;
    }
}
