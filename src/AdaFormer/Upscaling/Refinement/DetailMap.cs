using AdaFormer.Imaging;

namespace AdaFormer;

/// <summary>
/// How much detail each cell of a picture has: the mean square of the Laplacian of Y (BT.601) over 32×32 pixels, at least as good an order for
/// refinement as what a model adds to bicubic interpolation, and to be had before any model runs (<c>docs/cascade.md</c>).
/// </summary>
internal sealed class DetailMap
{
    /// <summary>Side of a cell in pixels.</summary>
    public const int CellSize = 32;

    private readonly double[] _sums;
    private readonly float[][] _luma = [[], [], []];
    private readonly PictureInfo _picture;

    private DetailMap(PictureInfo picture)
    {
        _picture = picture;
        (Columns, Rows) = (Cells(picture.Width), Cells(picture.Height));
        _sums = new double[Columns * Rows];
        for (var i = 0; i < _luma.Length; i++)
            _luma[i] = new float[picture.Width];
    }

    /// <summary>Number of columns of cells.</summary>
    public int Columns { get; }

    /// <summary>Number of rows of cells.</summary>
    public int Rows { get; }

    /// <summary>Width of the picture in pixels.</summary>
    public int Width => _picture.Width;

    /// <summary>Height of the picture in pixels.</summary>
    public int Height => _picture.Height;

    /// <summary>The number of cells along a side.</summary>
    public static int Cells(int pixels) => ((pixels - 1) / CellSize) + 1;

    /// <summary>Measures a picture, whose rows are read.</summary>
    public static DetailMap Of(IPictureRows rows, CancellationToken cancellationToken)
    {
        var map = new DetailMap(rows.Info);
        var row = rows.Whole ?? rows.Info.NewPicture(1);
        for (var y = 0; y < rows.Info.Height; y++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (rows.Whole is null)
                rows.ReadRow(row, 0);
            map.Read(row, rows.Whole is null ? 0 : y, map._luma[(y + 2) % 3]);
            if (y == 0)
                map._luma[2].CopyTo(map._luma[1], 0);
            if (y > 0)
                map.Add(y - 1, map._luma[(y + 3) % 3], map._luma[(y + 1) % 3], map._luma[(y + 2) % 3]);
        }

        var last = rows.Info.Height - 1;
        map.Add(last, map._luma[(last + 1) % 3], map._luma[(last + 2) % 3], map._luma[(last + 2) % 3]);
        return map;
    }

    /// <summary>Number of pixels of a cell.</summary>
    public int PixelsOf(int cell) => Math.Min(CellSize, Width - (cell % Columns * CellSize)) * Math.Min(CellSize, Height - (cell / Columns * CellSize));

    /// <summary>The detail of a cell, and half of the mean of those around it: a tile costs less that touches others.</summary>
    public double Score(int cell)
    {
        var (column, row) = (cell % Columns, cell / Columns);
        var (sum, count) = (0.0, 0);
        for (var y = Math.Max(row - 1, 0); y <= Math.Min(row + 1, Rows - 1); y++)
        {
            for (var x = Math.Max(column - 1, 0); x <= Math.Min(column + 1, Columns - 1); x++, count++)
                sum += Mean((y * Columns) + x);
        }

        var own = Mean(cell);
        return count == 1 ? own : own + ((sum - own) / (count - 1) / 2);
    }

    private double Mean(int cell) => _sums[cell] / PixelsOf(cell);

    private void Add(int y, float[] above, float[] row, float[] below)
    {
        var cells = _sums.AsSpan(y / CellSize * Columns, Columns);
        for (var x = 0; x < row.Length; x++)
        {
            var laplacian = (4 * row[x]) - row[Math.Max(x - 1, 0)] - row[Math.Min(x + 1, row.Length - 1)] - above[x] - below[x];
            cells[x / CellSize] += laplacian * laplacian;
        }
    }

    private void Read(Picture picture, int y, float[] luma)
    {
        if (picture.BitDepth == 8)
            Luma<byte>(picture.Row8(y), luma, (int)_picture.Layout, 1f / byte.MaxValue);
        else
            Luma<ushort>(picture.Row16(y), luma, (int)_picture.Layout, 1f / ushort.MaxValue);
    }

    private static void Luma<T>(ReadOnlySpan<T> row, float[] luma, int channels, float factor) where T : struct, System.Numerics.IBinaryInteger<T>
    {
        for (int x = 0, i = 0; x < luma.Length; x++, i += channels)
        {
            luma[x] = factor * (channels < 3
                ? float.CreateTruncating(row[i])
                : (0.299f * float.CreateTruncating(row[i])) + (0.587f * float.CreateTruncating(row[i + 1])) + (0.114f * float.CreateTruncating(row[i + 2])));
        }
    }
}
