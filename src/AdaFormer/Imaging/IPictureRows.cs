namespace AdaFormer.Imaging;

/// <summary>A picture whose rows come one after another, from the top.</summary>
public interface IPictureRows : IDisposable
{
    /// <summary>What the picture is; known before any row is read.</summary>
    PictureInfo Info { get; }

    /// <summary>Memory in bytes that is held as long as rows are read: that of the picture, where it had to be decoded in one piece.</summary>
    long BytesHeld { get; }

    /// <summary>The picture where it had to be decoded in one piece; <see langword="null"/> where its rows are read one by one.</summary>
    Picture? Whole => null;

    /// <summary>Reads the next row. With the last one the rest of the file is checked.</summary>
    /// <param name="target">A picture of the same width, layout and bit depth.</param>
    /// <param name="y">The row of <paramref name="target"/> to fill.</param>
    /// <exception cref="PictureFormatException">The data are damaged.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="InvalidOperationException">All rows are read.</exception>
    void ReadRow(Picture target, int y);
}

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
