namespace AdaFormer.Imaging;

/// <summary>Writes a picture's rows one after another, from the top.</summary>
public interface IPictureSink : IDisposable
{
    /// <summary>Writes the next row.</summary>
    /// <param name="source">A picture of the same width, layout and bit depth.</param>
    /// <param name="y">The row of <paramref name="source"/>.</param>
    /// <exception cref="InvalidOperationException">All rows have been written.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    void WriteRow(Picture source, int y);

    /// <summary>Completes the file.</summary>
    /// <exception cref="InvalidOperationException">Rows are missing.</exception>
    /// <exception cref="PictureFormatException">The format cannot hold the picture.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    void Complete();
}

/// <summary>Collects rows into a whole picture, for formats that are encoded whole.</summary>
/// <param name="info">The picture.</param>
/// <param name="use">Receives it when it is complete.</param>
public sealed class PictureSink(PictureInfo info, Action<Picture> use) : IPictureSink
{
    private readonly Picture _picture = info.NewPicture(info.Height);
    private int _next;

    /// <inheritdoc/>
    public void WriteRow(Picture source, int y)
    {
        if (_next == info.Height)
            throw new InvalidOperationException($"All {info.Height} rows have been written.");
        SampleRow.Copy(source, y, _picture, _next++);
    }

    /// <inheritdoc/>
    public void Complete()
    {
        if (_next != info.Height)
            throw new InvalidOperationException($"{_next} of {info.Height} rows have been written; write the others first.");
        use(_picture);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }
}
