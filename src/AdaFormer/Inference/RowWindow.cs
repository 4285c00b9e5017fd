using AdaFormer.Imaging;

namespace AdaFormer;

/// <summary>The rows that a strip needs, read when it needs them; those that the strip before had too are kept.</summary>
internal sealed class RowWindow(IPictureRows rows, int height)
{
    private readonly Picture _buffer = rows.Info.NewPicture(height);
    private int _top;
    private int _end;

    /// <summary>Moves on to a strip below the one before.</summary>
    public PictureBand MoveTo(Strip strip)
    {
        for (var y = strip.Top; y < _end; y++)
            SampleRow.Copy(_buffer, y - _top, _buffer, y - strip.Top);
        for (_top = strip.Top; _end < strip.Top + strip.Height; _end++)
            rows.ReadRow(_buffer, _end - _top);
        return new PictureBand(_buffer, _top);
    }
}
