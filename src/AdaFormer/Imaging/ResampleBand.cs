using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace AdaFormer.Imaging;

/// <summary>
/// Resamples bands of rows with both passes fused, the vertical one first, so that only the source rows under
/// the kernel are held: the buffers of one worker. Sums are computed in double precision, tap after tap, without fused
/// multiply-add, so that results are bit-identical on every machine.
/// </summary>
internal sealed class ResampleBand
{
    private readonly int _sourceTop;
    private readonly int _targetTop;
    private readonly Picture _source;
    private readonly Picture _target;
    private readonly ResampleWeights _rows;
    private readonly ResampleWeights _columns;
    private readonly float[][] _ring;
    private readonly float[] _summed;
    private readonly float[] _padded;
    private readonly float[] _result;
    private readonly int _firstColumn;

    public ResampleBand(PictureBand from, PictureBand to, ResampleWeights rows, ResampleWeights columns)
    {
        var (source, target) = (from.Picture, to.Picture);
        (_source, _sourceTop, _target, _targetTop, _rows, _columns) = (source, from.Top, target, to.Top, rows, columns);
        // Slack at the end of each row, so that whole vectors can be read and written there.
        var slack = 2 * Vector<float>.Count + Vector256<double>.Count;
        var length = source.Width * source.Channels + slack;
        _ring = new float[rows.Taps][];
        for (var i = 0; i < _ring.Length; i++)
            _ring[i] = new float[length];
        _summed = new float[length];
        _result = new float[target.Width * source.Channels + slack];
        _firstColumn = columns.First(0);
        var lastColumn = columns.First(target.Width - 1) + columns.Taps;
        _padded = new float[(Math.Max(lastColumn, source.Width) - _firstColumn) * source.Channels + slack];
    }

    /// <summary>Computes the result's rows from <paramref name="start"/> up to but excluding <paramref name="end"/>, counted in the whole picture.</summary>
    public void Run(int start, int end)
    {
        var next = int.MinValue;
        var taps = new float[_rows.Taps][];
        for (var y = start; y < end; y++)
        {
            var first = _rows.First(y);
            for (next = Math.Max(next, first); next < first + taps.Length; next++)
                SampleRow.Load(_source, _rows.Mirror(next) - _sourceTop, Slot(next));
            for (var k = 0; k < taps.Length; k++)
                taps[k] = Slot(first + k);
            SumRows(taps, _rows[y]);
            ResampleColumns();
            SampleRow.Store(_result, _target, y - _targetTop);
        }
    }

    private float[] Slot(int row) => _ring[(row % _ring.Length + _ring.Length) % _ring.Length];

    private void SumRows(float[][] taps, ReadOnlySpan<double> weights)
    {
        var max = new Vector<double>(_target.MaxValue);
        for (var i = 0; i <= _summed.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            var (low, high) = (Vector<double>.Zero, Vector<double>.Zero);
            for (var k = 0; k < weights.Length; k++)
            {
                Vector.Widen(new Vector<float>(taps[k], i), out var a, out var b);
                low += a * weights[k];
                high += b * weights[k];
            }

            Vector.Narrow(Round(low, max), Round(high, max)).CopyTo(_summed, i);
        }
    }

    private static Vector<double> Round(Vector<double> sum, Vector<double> max) =>
        Vector.Min(Vector.Max(Vector.Floor(sum + new Vector<double>(0.5)), Vector<double>.Zero), max);

    // Four lanes hold one pixel; those beyond its channels belong to the next pixel, which overwrites them.
    private void ResampleColumns()
    {
        var channels = _source.Channels;
        PadColumns();
        var half = Vector256.Create(0.5);
        var max = Vector256.Create((double)_target.MaxValue);
        for (var x = 0; x < _target.Width; x++)
        {
            var weights = _columns[x];
            ref var pixel = ref MemoryMarshal.GetReference(_padded.AsSpan((_columns.First(x) - _firstColumn) * channels, weights.Length * channels));
            var sum = Vector256<double>.Zero;
            for (var k = 0; k < weights.Length; k++)
            {
                var (low, high) = Vector128.Widen(Vector128.LoadUnsafe(ref Unsafe.Add(ref pixel, k * channels)));
                sum += Vector256.Create(low, high) * weights[k];
            }

            sum = Vector256.Min(Vector256.Max(Vector256.Floor(sum + half), Vector256<double>.Zero), max);
            Vector128.Narrow(sum.GetLower(), sum.GetUpper()).CopyTo(_result, x * channels);
        }
    }

    private void PadColumns()
    {
        var (channels, width) = (_source.Channels, _source.Width);
        _summed.AsSpan(0, width * channels).CopyTo(_padded.AsSpan(-_firstColumn * channels));
        for (var x = _firstColumn; x < _padded.Length / channels + _firstColumn; x++)
        {
            if (x < 0 || x >= width)
                _summed.AsSpan(_columns.Mirror(x) * channels, channels).CopyTo(_padded.AsSpan((x - _firstColumn) * channels));
        }
    }
}
