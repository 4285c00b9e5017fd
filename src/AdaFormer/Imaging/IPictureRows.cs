namespace AdaFormer.Imaging;

/// <summary>A picture whose rows are read one after another, from the top.</summary>
public interface IPictureRows : IDisposable
{
    /// <summary>Size, channels and metadata of the picture; available before any row is read.</summary>
    PictureInfo Info { get; }

    /// <summary>Memory in bytes held while rows are read: that of the picture, if it had to be decoded whole.</summary>
    long BytesHeld { get; }

    /// <summary>The picture, if it had to be decoded whole; <see langword="null"/> if its rows are read one by one.</summary>
    Picture? Whole => null;

    /// <summary>What got lost or was guessed; complete once all rows have been read.</summary>
    IReadOnlyList<PictureWarning> Warnings => [];

    /// <summary>Reads the next row. Reading the last one also checks the rest of the file.</summary>
    /// <param name="target">A picture of the same width, layout and bit depth.</param>
    /// <param name="y">The row of <paramref name="target"/> to fill.</param>
    /// <exception cref="PictureFormatException">The data is damaged.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="InvalidOperationException">All rows have been read.</exception>
    void ReadRow(Picture target, int y);
}

/// <summary>A whole picture as rows, for formats that are decoded whole.</summary>
/// <param name="picture">The picture.</param>
public sealed class PictureRows(Picture picture) : IPictureRows
{
    private int _next;

    /// <inheritdoc/>
    public PictureInfo Info { get; } = PictureInfo.Of(picture);

    /// <inheritdoc/>
    public long BytesHeld => Info.Bytes;

    /// <inheritdoc/>
    public Picture? Whole => picture;

    /// <inheritdoc/>
    public IReadOnlyList<PictureWarning> Warnings => picture.Warnings;

    /// <summary>Reads all rows into a picture.</summary>
    /// <param name="rows">The rows, none of which has been read.</param>
    /// <exception cref="PictureFormatException">The data is damaged, or needs more memory than a picture can have.</exception>
    public static Picture ReadAll(IPictureRows rows)
    {
        if (rows.Whole is { } whole)
            return whole;
        var picture = PixelLimit.NewPicture(rows.Info);
        for (var y = 0; y < picture.Height; y++)
            rows.ReadRow(picture, y);
        picture.Warnings = [.. rows.Warnings];
        return picture;
    }

    /// <inheritdoc/>
    public void ReadRow(Picture target, int y)
    {
        if (_next == picture.Height)
            throw new InvalidOperationException($"All {picture.Height} rows have been read.");
        SampleRow.Copy(picture, _next++, target, y);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }
}
