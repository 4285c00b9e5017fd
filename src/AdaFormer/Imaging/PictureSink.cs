namespace AdaFormer.Imaging;

/// <summary>Gathers rows to a whole picture, for formats that are encoded in one piece.</summary>
internal sealed class PictureSink(PictureInfo info, Action<Picture> use) : IPictureSink
{
    private readonly Picture _picture = info.NewPicture(info.Height);
    private int _next;

    public void WriteRow(Picture source, int y)
    {
        if (_next == info.Height)
            throw new InvalidOperationException($"All {info.Height} rows are there.");
        SampleRow.Copy(source, y, _picture, _next++);
    }

    public void Complete()
    {
        if (_next != info.Height)
            throw new InvalidOperationException($"{_next} of {info.Height} rows are there; write the others first.");
        use(_picture);
    }

    public void Dispose()
    {
    }
}
