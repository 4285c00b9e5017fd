namespace AdaFormer;

/// <summary>Which cells of a picture are refined, and the rectangles that they are joined to.</summary>
internal sealed class RefinementPlan
{
    private readonly DetailMap _details;
    private readonly int[] _places;
    private readonly PixelSums _open;
    private readonly bool[] _isRefined;
    private int _chosen;
    private int _settled;

    /// <summary>Orders a picture's cells by their detail.</summary>
    public RefinementPlan(DetailMap details)
    {
        _details = details;
        var scores = Enumerable.Range(0, details.Columns * details.Rows).Select(details.Score).ToArray();
        int[] order = [.. Enumerable.Range(0, scores.Length).OrderByDescending(cell => scores[cell])];
        (_places, _isRefined) = (new int[order.Length], new bool[order.Length]);
        for (var i = 0; i < order.Length; i++)
            _places[order[i]] = i;
        _open = new PixelSums([.. order.Select(details.PixelsOf)]);
    }

    /// <summary>Number of pixels of cells that are not settled.</summary>
    public long OpenPixels => _open.Total;

    /// <summary>Chooses the cells with the most detail among those that are not settled.</summary>
    /// <param name="share">The share of their pixels, 0 to 1, reached to within half a cell.</param>
    public void Choose(double share) => _chosen = _open.PlacesOf(share * _open.Total);

    /// <summary>Settles the cells that begin above a row: they stay as they are chosen.</summary>
    /// <param name="bottom">The row in pixels.</param>
    public void Settle(int bottom)
    {
        for (var end = DetailMap.Cells(bottom) * _details.Columns; _settled < end; _settled++)
        {
            _isRefined[_settled] = _places[_settled] < _chosen;
            _open.Remove(_places[_settled], _details.PixelsOf(_settled));
        }
    }

    /// <summary>Leaves out settled areas.</summary>
    public void Leave(IEnumerable<Area> areas)
    {
        foreach (var area in areas)
        {
            for (var y = area.Y; y < area.Y + area.Height; y += DetailMap.CellSize - (y % DetailMap.CellSize))
            {
                for (var x = area.X; x < area.X + area.Width; x += DetailMap.CellSize)
                    _isRefined[CellOf(x, y)] = false;
            }
        }
    }

    /// <summary>Whether the cell of a pixel is refined.</summary>
    public bool IsRefined(int x, int y) => IsRefined(CellOf(x, y));

    private bool IsRefined(int cell) => cell < _settled ? _isRefined[cell] : _places[cell] < _chosen;

    private int CellOf(int x, int y) => (y / DetailMap.CellSize * _details.Columns) + (x / DetailMap.CellSize);

    /// <summary>The refined cells within some rows, joined to rectangles, those with the most detail first.</summary>
    /// <param name="top">The first row in pixels.</param>
    /// <param name="height">Number of rows.</param>
    /// <param name="maximumPixels">Maximum number of pixels of a rectangle; one of a single cell may have more.</param>
    public IReadOnlyList<Area> Areas(int top, int height, int maximumPixels)
    {
        var (firstRow, lastRow) = (top / DetailMap.CellSize, (top + height - 1) / DetailMap.CellSize);
        var open = new bool[lastRow - firstRow + 1, _details.Columns];
        for (var row = firstRow; row <= lastRow; row++)
        {
            for (var column = 0; column < _details.Columns; column++)
                open[row - firstRow, column] = IsRefined((row * _details.Columns) + column);
        }

        var areas = new List<Area>();
        var maximumCells = Math.Max(1, maximumPixels / (DetailMap.CellSize * DetailMap.CellSize));
        while (Largest(open, maximumCells) is { Cells: > 0 } block)
        {
            for (var row = block.Row; row < block.Row + block.Rows; row++)
            {
                for (var column = block.Column; column < block.Column + block.Columns; column++)
                    open[row, column] = false;
            }

            var (left, above) = (block.Column * DetailMap.CellSize, (firstRow + block.Row) * DetailMap.CellSize);
            var (right, below) = (left + (block.Columns * DetailMap.CellSize), above + (block.Rows * DetailMap.CellSize));
            var y = Math.Max(above, top);
            areas.Add(new Area(left, y, Math.Min(right, _details.Width) - left, Math.Min(below, top + height) - y));
        }

        return [.. areas.OrderByDescending(area => _details.Score(CellOf(area.X + (area.Width / 2), area.Y + (area.Height / 2))))];
    }

    // The largest block of open cells, by the heights of the columns that end in each row.
    private static Block Largest(bool[,] open, int maximumCells)
    {
        var best = default(Block);
        var heights = new int[open.GetLength(1)];
        for (var row = 0; row < open.GetLength(0); row++)
        {
            for (var column = 0; column < heights.Length; column++)
                heights[column] = open[row, column] ? heights[column] + 1 : 0;
            for (var column = 0; column < heights.Length; column++)
            {
                var height = int.MaxValue;
                for (var end = column; end < heights.Length && (height = Math.Min(height, heights[end])) > 0; end++)
                {
                    var columns = end - column + 1;
                    if (columns > maximumCells)
                        break;
                    var rows = Math.Min(height, maximumCells / columns);
                    if (rows * columns > best.Cells)
                        best = new Block(row - rows + 1, column, rows, columns);
                }
            }
        }

        return best;
    }

    private readonly record struct Block(int Row, int Column, int Rows, int Columns)
    {
        public int Cells => Rows * Columns;
    }
}

/// <summary>A rectangle of a picture, in pixels.</summary>
internal readonly record struct Area(int X, int Y, int Width, int Height);
