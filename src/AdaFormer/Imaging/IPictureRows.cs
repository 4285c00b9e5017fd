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
