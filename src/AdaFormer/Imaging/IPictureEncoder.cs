namespace AdaFormer.Imaging;

/// <summary>Writes pictures in one or more file formats.</summary>
public interface IPictureEncoder
{
    /// <summary>The formats that it writes.</summary>
    IReadOnlyList<PictureFormat> Formats { get; }

    /// <summary>The most pixels that a side of a picture may have in a file.</summary>
    /// <param name="extension">How the file's name ends, one of the extensions of <see cref="Formats"/>.</param>
    int MaximumSide(string extension) => int.MaxValue;

    /// <summary>Writes a picture and what metadata the format has a place for; the stream stays open.</summary>
    /// <param name="picture">The picture.</param>
    /// <param name="stream">Where the file goes.</param>
    /// <param name="extension">How the file's name ends, one of the extensions of <see cref="Formats"/>.</param>
    /// <exception cref="PictureFormatException">The format cannot hold the picture.</exception>
    /// <exception cref="IOException">The stream fails.</exception>
    void Encode(Picture picture, Stream stream, string extension);

    /// <summary>Whether <see cref="Begin"/> writes rows as they come, and holds no whole picture.</summary>
    bool WritesRows => false;

    /// <summary>Begins to write a picture row by row; the stream stays open.</summary>
    /// <param name="info">What the picture is.</param>
    /// <param name="stream">Where the file goes.</param>
    /// <param name="extension">How the file's name ends, one of the extensions of <see cref="Formats"/>.</param>
    /// <returns>What takes the rows; an encoder that does not say otherwise gathers them first.</returns>
    /// <exception cref="PictureFormatException">The format cannot hold the picture.</exception>
    /// <exception cref="IOException">The stream fails.</exception>
    IPictureSink Begin(PictureInfo info, Stream stream, string extension)
    {
        if (info.Bytes > Array.MaxLength)
            throw new PictureFormatException($"A {extension} of {info.Width}×{info.Height} pixels needs {info.Bytes / 1e9:F1} GB in one piece; at most {Array.MaxLength / 1e9:F1} GB are possible. Write a PNG, which needs no more than some rows.");
        return new PictureSink(info, picture => Encode(picture, stream, extension));
    }
}
