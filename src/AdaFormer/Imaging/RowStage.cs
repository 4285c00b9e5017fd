namespace AdaFormer.Imaging;

/// <summary>A stage of a row-by-row pipeline: collects the rows that a window needs, processes them, and passes rows on. Rows that no window needs are left out.</summary>
internal abstract class RowStage
{
    private readonly IReadOnlyList<(int Top, int End)> _windows;
    private readonly Picture _rows;
    private int _window;
    private int _next;
    private int _top;

    /// <param name="picture">The picture whose rows arrive.</param>
    /// <param name="windows">The rows that are needed together, from the top; both ends increase from window to window.</param>
    protected RowStage(PictureInfo picture, IReadOnlyList<(int Top, int End)> windows)
    {
        _windows = windows;
        _top = windows[0].Top;
        _rows = picture.NewPicture(windows.Max(window => window.End - window.Top));
    }

    /// <summary>Receives the next row.</summary>
    public void WriteRow(Picture source, int y)
    {
        var row = _next++;
        if (row < _top || _window == _windows.Count)
            return;
        SampleRow.Copy(source, y, _rows, row - _top);
        for (; _window < _windows.Count && _windows[_window].End == _next; MoveOn())
            Work(_window, new PictureBand(_rows, _top));
    }

    /// <summary>Processes a window.</summary>
    /// <param name="window">Its index.</param>
    /// <param name="rows">Rows of the picture, including all of the window's.</param>
    protected abstract void Work(int window, PictureBand rows);

    // Rows that the next window also needs are kept.
    private void MoveOn()
    {
        if (++_window == _windows.Count)
            return;
        var top = _windows[_window].Top;
        for (var y = top; y < _next; y++)
            SampleRow.Copy(_rows, y - _top, _rows, y - top);
        _top = top;
    }
}
