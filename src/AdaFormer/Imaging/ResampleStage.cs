namespace AdaFormer.Imaging;

/// <summary><see cref="BicubicResampler.ToSize"/> row by row.</summary>
internal sealed class ResampleStage : RowStage
{
    private readonly ResampleWeights _rows;
    private readonly ResampleWeights _columns;
    private readonly PictureInfo _target;
    private readonly int _bandHeight;
    private readonly Action<Picture, int> _next;

    /// <param name="source">The input picture.</param>
    /// <param name="target">The picture to produce.</param>
    /// <param name="next">Receives a row of the result.</param>
    public ResampleStage(PictureInfo source, PictureInfo target, Action<Picture, int> next)
        : this(source, target, new ResampleWeights(source.Height, target.Height, (double)target.Height / source.Height), next)
    {
    }

    private ResampleStage(PictureInfo source, PictureInfo target, ResampleWeights rows, Action<Picture, int> next)
        : base(source, Windows(source.Height, target.Height, rows, BandHeight(source, target)))
    {
        (_rows, _target, _next, _bandHeight) = (rows, target, next, BandHeight(source, target));
        _columns = new ResampleWeights(source.Width, target.Width, (double)target.Width / source.Width);
    }

    /// <summary>Bytes of the rows held at a time, slightly overestimated.</summary>
    public static long HeldBytes(PictureInfo source, PictureInfo target)
    {
        var weights = new ResampleWeights(source.Height, 1, (double)target.Height / source.Height);
        var (band, taps) = (BandHeight(source, target), weights.Taps);
        var sourceRows = Math.Min(source.Height, taps + ((long)band * source.Height / target.Height) + 1);
        return (sourceRows * source.Width * source.BytesPerPixel) + ((long)Math.Min(band, target.Height) * target.Width * target.BytesPerPixel);
    }

    protected override void Work(int window, PictureBand rows)
    {
        var top = window * _bandHeight;
        var band = new PictureBand(_target.NewPicture(Math.Min(_bandHeight, _target.Height - top)), top);
        BicubicResampler.Resize(rows, band, _rows, _columns);
        for (var y = 0; y < band.Picture.Height; y++)
            _next(band.Picture, y);
    }

    // Enough rows for all cores, of the source or of the result, whichever is larger.
    private static int BandHeight(PictureInfo source, PictureInfo target)
    {
        var rows = (long)BicubicResampler.BandHeight * Math.Min(Environment.ProcessorCount, 8);
        return (int)Math.Max(1, Math.Min(rows, rows * target.Height / source.Height));
    }

    private static (int Top, int End)[] Windows(int sourceHeight, int height, ResampleWeights rows, int bandHeight)
    {
        var windows = new List<(int Top, int End)>();
        for (var y = 0; y < height; y += bandHeight)
        {
            var sources = Enumerable.Range(y, Math.Min(bandHeight, height - y))
                .SelectMany(row => Enumerable.Range(rows.First(row), rows.Taps)).Select(rows.Mirror).ToArray();
            var (top, end) = windows.Count == 0 ? (0, 0) : windows[^1];
            windows.Add((Math.Clamp(sources.Min(), top, end), Math.Max(end, sources.Max() + 1)));
        }

        // Rows that no window needs still have to be consumed.
        windows[^1] = windows[^1] with { End = sourceHeight };
        return [.. windows];
    }
}
