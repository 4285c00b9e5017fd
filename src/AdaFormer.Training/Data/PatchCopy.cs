using AdaFormer.Imaging;

namespace AdaFormer.Training.Data;

/// <summary>Squares of pictures as planes of floats, turned and flipped in one of eight ways.</summary>
internal static class PatchCopy
{
    /// <summary>How many ways there are.</summary>
    public const int Orientations = 8;

    /// <summary>Copies a square; beyond the picture its edge goes on.</summary>
    /// <param name="source">An 8-bit RGB picture.</param>
    /// <param name="left">Left column, which may lie outside.</param>
    /// <param name="top">Top row, which may lie outside.</param>
    /// <param name="side">Side in pixels.</param>
    /// <param name="orientation">Bits: 1 flips columns, 2 flips rows, 4 swaps rows and columns.</param>
    /// <param name="planes">Gets red, green and blue in 0..1, (3, side, side).</param>
    public static void Turned(Picture source, int left, int top, int side, int orientation, Span<float> planes)
    {
        var (right, down, start) = (1, side, 0);
        if ((orientation & 1) != 0)
            (right, start) = (-1, start + side - 1);
        if ((orientation & 2) != 0)
            (down, start) = (-side, start + side * (side - 1));
        if ((orientation & 4) != 0)
            (right, down) = (down, right);
        for (var y = 0; y < side; y++)
        {
            var row = source.Row8(Math.Clamp(top + y, 0, source.Height - 1));
            var index = start + y * down;
            for (var x = 0; x < side; x++, index += right)
            {
                var pixel = row.Slice(3 * Math.Clamp(left + x, 0, source.Width - 1), 3);
                planes[index] = pixel[0] / 255f;
                planes[index + side * side] = pixel[1] / 255f;
                planes[index + 2 * side * side] = pixel[2] / 255f;
            }
        }
    }
}
