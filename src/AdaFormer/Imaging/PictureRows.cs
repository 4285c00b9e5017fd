namespace AdaFormer.Imaging;

/// <summary>A whole picture as rows, for what is decoded in one piece.</summary>
internal sealed class PictureRows(Picture picture) : IPictureRows
{
    private int _next;

    public Picture Picture => picture;

    public PictureInfo Info { get; } = PictureInfo.Of(picture);

    public long BytesHeld => Info.Bytes;

    public void ReadRow(Picture target, int y)
    {
        if (_next == picture.Height)
            throw new InvalidOperationException($"All {picture.Height} rows are read.");
        SampleRow.Copy(picture, _next++, target, y);
    }

    public void Dispose()
    {
    }
}
