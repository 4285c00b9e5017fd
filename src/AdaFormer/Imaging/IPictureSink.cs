namespace AdaFormer.Imaging;

/// <summary>Takes a picture's rows one after another, from the top.</summary>
public interface IPictureSink : IDisposable
{
    /// <summary>Takes the next row.</summary>
    /// <param name="source">A picture of the same width, layout and bit depth.</param>
    /// <param name="y">The row of <paramref name="source"/>.</param>
    /// <exception cref="InvalidOperationException">All rows are there.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    void WriteRow(Picture source, int y);

    /// <summary>Ends the file.</summary>
    /// <exception cref="InvalidOperationException">Rows are missing.</exception>
    /// <exception cref="PictureFormatException">The format cannot hold the picture.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    void Complete();
}

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
