using System.Numerics;

namespace AdaFormer.Imaging.Png;

/// <summary>Undoes the filters of PNG rows.</summary>
internal static class PngFilter
{
    public const byte None = 0, Sub = 1, Up = 2, Average = 3, Paeth = 4;

    /// <summary>Turns a filtered row into samples, in place.</summary>
    /// <param name="filter">The row's filter type.</param>
    /// <param name="row">The row.</param>
    /// <param name="above">The row above, already undone; zeros above the first row.</param>
    /// <param name="distance">Distance in bytes to the pixel on the left.</param>
    public static void Undo(byte filter, Span<byte> row, ReadOnlySpan<byte> above, int distance)
    {
        switch (filter)
        {
            case None:
                break;
            case Sub:
                for (var i = distance; i < row.Length; i++)
                    row[i] += row[i - distance];
                break;
            case Up:
                UndoUp(row, above);
                break;
            case Average:
                UndoAverage(row, above, distance);
                break;
            case Paeth:
                UndoPaeth(row, above, distance);
                break;
            default:
                throw PngFormat.Damaged($"a row has filter type {filter}, expected 0 to 4");
        }
    }

    private static void UndoUp(Span<byte> row, ReadOnlySpan<byte> above)
    {
        var i = 0;
        for (; i <= row.Length - Vector<byte>.Count; i += Vector<byte>.Count)
            (new Vector<byte>(row[i..]) + new Vector<byte>(above[i..])).CopyTo(row[i..]);
        for (; i < row.Length; i++)
            row[i] += above[i];
    }

    private static void UndoAverage(Span<byte> row, ReadOnlySpan<byte> above, int distance)
    {
        for (var i = 0; i < Math.Min(distance, row.Length); i++)
            row[i] += (byte)(above[i] / 2);
        for (var i = distance; i < row.Length; i++)
            row[i] += (byte)((row[i - distance] + above[i]) / 2);
    }

    private static void UndoPaeth(Span<byte> row, ReadOnlySpan<byte> above, int distance)
    {
        UndoUp(row[..Math.Min(distance, row.Length)], above);
        for (var i = distance; i < row.Length; i++)
            row[i] += Predict(row[i - distance], above[i], above[i - distance]);
    }

    /// <summary>Paeth predictor: the neighbour nearest to left + up - corner.</summary>
    public static byte Predict(byte left, byte up, byte corner)
    {
        var (fromLeft, fromUp) = (Math.Abs(up - corner), Math.Abs(left - corner));
        var fromCorner = Math.Abs(left + up - 2 * corner);
        return fromLeft <= fromUp && fromLeft <= fromCorner ? left : fromUp <= fromCorner ? up : corner;
    }
}

/// <summary>Filters PNG rows, each with the filter whose result has the smallest sum of absolute differences.</summary>
internal sealed class PngFilterChooser
{
    private readonly int _distance;
    private readonly byte[][] _candidates = new byte[5][];
    private byte[] _row;
    private byte[] _above;

    public PngFilterChooser(int rowLength, int distance)
    {
        _distance = distance;
        // Zeros before a row stand for the pixel to the left of the first one.
        (_row, _above) = (new byte[distance + rowLength], new byte[distance + rowLength]);
        for (byte filter = 0; filter < _candidates.Length; filter++)
        {
            _candidates[filter] = new byte[1 + rowLength];
            _candidates[filter][0] = filter;
        }
    }

    /// <summary>Buffer for the next row's samples, to be filled before <see cref="Filter"/>.</summary>
    public Span<byte> Row => _row.AsSpan(_distance);

    /// <summary>Returns the row's filter type and the filtered row, valid until the next call.</summary>
    public ReadOnlySpan<byte> Filter()
    {
        MakeCandidates();
        var best = _candidates.MinBy(candidate => SumOfMagnitudes(candidate.AsSpan(1)))!;
        (_row, _above) = (_above, _row);
        return best;
    }

    private void MakeCandidates()
    {
        var (row, above) = (_row, _above);
        var (none, sub, up, average, paeth) = (_candidates[0], _candidates[1], _candidates[2], _candidates[3], _candidates[4]);
        row.AsSpan(_distance).CopyTo(none.AsSpan(1));
        var length = row.Length - _distance;
        var i = 0;
        for (; i <= length - Vector<byte>.Count; i += Vector<byte>.Count)
        {
            var (x, a) = (new Vector<byte>(row, i + _distance), new Vector<byte>(row, i));
            var (b, c) = (new Vector<byte>(above, i + _distance), new Vector<byte>(above, i));
            (x - a).CopyTo(sub, i + 1);
            (x - b).CopyTo(up, i + 1);
            // The mean without a ninth bit: the bits that both have, and half of those that one has.
            (x - ((a & b) + ((a ^ b) >>> 1))).CopyTo(average, i + 1);
            (x - Predict(a, b, c)).CopyTo(paeth, i + 1);
        }

        for (; i < length; i++)
        {
            var (x, a, b, c) = (row[i + _distance], row[i], above[i + _distance], above[i]);
            sub[i + 1] = (byte)(x - a);
            up[i + 1] = (byte)(x - b);
            average[i + 1] = (byte)(x - (a + b) / 2);
            paeth[i + 1] = (byte)(x - PngFilter.Predict(a, b, c));
        }
    }

    // Paeth predictor in bytes. If a and b lie on the same side of c, |a + b - 2c| is the sum of the two other distances
    // and never the smallest; otherwise it is their difference.
    private static Vector<byte> Predict(Vector<byte> a, Vector<byte> b, Vector<byte> c)
    {
        var fromA = Vector.Max(b, c) - Vector.Min(b, c);
        var fromB = Vector.Max(a, c) - Vector.Min(a, c);
        var sameSide = Vector.Equals(Vector.GreaterThan(a, c), Vector.GreaterThan(b, c));
        var difference = Vector.Max(fromA, fromB) - Vector.Min(fromA, fromB);
        var fromC = Vector.ConditionalSelect(sameSide, new Vector<byte>(byte.MaxValue), difference);
        var takeA = Vector.LessThanOrEqual(fromA, Vector.Min(fromB, fromC));
        var takeB = Vector.LessThanOrEqual(fromB, fromC);
        return Vector.ConditionalSelect(takeA, a, Vector.ConditionalSelect(takeB, b, c));
    }

    private static long SumOfMagnitudes(ReadOnlySpan<byte> bytes)
    {
        const int vectorsBeforeOverflow = 128;
        var total = 0L;
        while (bytes.Length >= Vector<byte>.Count)
        {
            var sums = Vector<ushort>.Zero;
            for (var i = 0; i < vectorsBeforeOverflow && bytes.Length >= Vector<byte>.Count; i++, bytes = bytes[Vector<byte>.Count..])
            {
                var value = new Vector<byte>(bytes);
                Vector.Widen(Vector.Min(value, Vector<byte>.Zero - value), out var low, out var high);
                sums += low + high;
            }

            Vector.Widen(sums, out var left, out var right);
            total += Vector.Sum(left + right);
        }

        foreach (var value in bytes)
            total += Math.Min(value, 256 - value);
        return total;
    }
}
