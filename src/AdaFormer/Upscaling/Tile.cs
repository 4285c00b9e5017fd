namespace AdaFormer;

/// <summary>
/// A part of a picture: the network sees Width × Height pixels at (X, Y), of which those from (CoreX, CoreY), CoreWidth × CoreHeight of
/// them, go into the result. All in input pixels, the core in the picture's coordinates.
/// </summary>
internal readonly record struct Tile(int X, int Y, int Width, int Height, int CoreX, int CoreY, int CoreWidth, int CoreHeight)
{
    /// <summary>Cuts a picture into tiles whose cores cover it once. Tiles begin at multiples of the window, so windows stay where they are.</summary>
    public static IReadOnlyList<Tile> Cut(int width, int height, int size, int overlap, int window)
    {
        var columns = Cut(width, size, overlap, window);
        var rows = Cut(height, size, overlap, window);
        return [.. from row in rows from column in columns
            select new Tile(column.Start, row.Start, column.Length, row.Length, column.Core, row.Core, column.CoreLength, row.CoreLength)];
    }

    /// <summary>Pixels that the network sees.</summary>
    public int Pixels => Width * Height;

    /// <summary>The tile in two parts of the same overlap and about half the size, or by itself where its core is a single window.</summary>
    public IReadOnlyList<Tile> Halves(int overlap, int window)
    {
        overlap = RoundUp(overlap, window);
        if (CoreWidth >= CoreHeight && CoreWidth > window)
        {
            var left = RoundUp(CoreWidth / 2, window);
            var (end, middle) = (X + Width, CoreX + left);
            var start = Math.Max(X, middle - overlap);
            return
            [
                this with { Width = Math.Min(end, middle + overlap) - X, CoreWidth = left },
                this with { X = start, Width = end - start, CoreX = middle, CoreWidth = CoreWidth - left },
            ];
        }

        if (CoreHeight > window)
            return [.. Transposed.Halves(overlap, window).Select(half => half.Transposed)];
        return [this];
    }

    private Tile Transposed => new(Y, X, Height, Width, CoreY, CoreX, CoreHeight, CoreWidth);

    private static int RoundUp(int value, int window) => (value + window - 1) / window * window;

    private static List<(int Start, int Length, int Core, int CoreLength)> Cut(int length, int size, int overlap, int window)
    {
        if (length <= size)
            return [(0, length, 0, length)];
        overlap = RoundUp(overlap, window);
        var step = (size - (2 * overlap)) / window * window;
        var parts = new List<(int, int, int, int)>();
        for (var core = 0; core < length; core += step)
        {
            var start = Math.Max(0, core - overlap);
            var end = Math.Min(length, core + step + overlap);
            parts.Add((start, end - start, core, Math.Min(step, length - core)));
        }

        return parts;
    }
}
