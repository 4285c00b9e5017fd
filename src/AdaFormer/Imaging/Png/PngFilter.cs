using System.Numerics;

namespace AdaFormer.Imaging;

/// <summary>Undoes the filters of PNG rows.</summary>
internal static class PngFilter
{
    public const byte None = 0, Sub = 1, Up = 2, Average = 3, Paeth = 4;

    /// <summary>Turns a filtered row into samples, in place.</summary>
    /// <param name="filter">The row's filter type.</param>
    /// <param name="row">The row.</param>
    /// <param name="above">The row above, already undone; zeros above the first row.</param>
    /// <param name="distance">Bytes to the pixel on the left.</param>
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

    /// <summary>Paeth's predictor: the neighbour nearest to left + up - corner.</summary>
    public static byte Predict(byte left, byte up, byte corner)
    {
        var (fromLeft, fromUp) = (Math.Abs(up - corner), Math.Abs(left - corner));
        var fromCorner = Math.Abs(left + up - 2 * corner);
        return fromLeft <= fromUp && fromLeft <= fromCorner ? left : fromUp <= fromCorner ? up : corner;
    }
}
