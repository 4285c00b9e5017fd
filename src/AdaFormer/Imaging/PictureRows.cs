namespace AdaFormer.Imaging;

/// <summary>A whole picture as rows, for what is decoded in one piece.</summary>
internal sealed class PictureRows(Picture picture) : IPictureRows
{
    private int _next;

    public PictureInfo Info { get; } = PictureInfo.Of(picture);

    public long BytesHeld => Info.Bytes;

    public Picture? Whole => picture;

    /// <summary>All rows as a picture.</summary>
    /// <exception cref="PictureFormatException">The data are damaged, or need more memory than a picture can have.</exception>
    public static Picture ReadAll(IPictureRows rows)
    {
        if (rows.Whole is { } whole)
            return whole;
        var picture = PixelLimit.NewPicture(rows.Info);
        for (var y = 0; y < picture.Height; y++)
            rows.ReadRow(picture, y);
        return picture;
    }

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
