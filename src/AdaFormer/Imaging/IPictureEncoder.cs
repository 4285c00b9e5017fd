namespace AdaFormer.Imaging;

/// <summary>Writes pictures in one or more file formats.</summary>
public interface IPictureEncoder
{
    /// <summary>The supported formats.</summary>
    IReadOnlyList<PictureFormat> Formats { get; }

    /// <summary>Maximum side of a picture in a file, in pixels.</summary>
    /// <param name="extension">The file name's extension, one of the extensions of <see cref="Formats"/>.</param>
    int MaximumSide(string extension) => int.MaxValue;

    /// <summary>Writes a picture and the metadata that the format supports; the stream stays open.</summary>
    /// <param name="picture">The picture.</param>
    /// <param name="stream">The stream to write to.</param>
    /// <param name="extension">The file name's extension, one of the extensions of <see cref="Formats"/>.</param>
    /// <exception cref="PictureFormatException">The format cannot hold the picture.</exception>
    /// <exception cref="IOException">The stream fails.</exception>
    void Encode(Picture picture, Stream stream, string extension);

    /// <summary>What gets lost when a picture is written, because the format has no place for it. Default: nothing.</summary>
    /// <param name="picture">Size, channels and metadata of the picture.</param>
    /// <param name="extension">The file extension, one of those in <see cref="Formats"/>.</param>
    IEnumerable<PictureWarning> Losses(PictureInfo picture, string extension) => [];

    /// <summary>Whether <see cref="Begin"/> writes rows as they arrive, without holding the whole picture.</summary>
    bool WritesRows => false;

    /// <summary>Starts writing a picture row by row; the stream stays open.</summary>
    /// <param name="info">Size, channels and metadata of the picture.</param>
    /// <param name="stream">The stream to write to.</param>
    /// <param name="extension">The file name's extension, one of the extensions of <see cref="Formats"/>.</param>
    /// <returns>The sink for the rows; the default implementation collects them first.</returns>
    /// <exception cref="PictureFormatException">The format cannot hold the picture.</exception>
    /// <exception cref="IOException">The stream fails.</exception>
    IPictureSink Begin(PictureInfo info, Stream stream, string extension)
    {
        if (info.Bytes > Array.MaxLength)
            throw new PictureFormatException($"A {extension} of {info.Width}×{info.Height} pixels needs {info.Bytes / 1e9:F1} GB in one piece; the maximum is {Array.MaxLength / 1e9:F1} GB. Write a PNG, which needs only a few rows in memory.");
        return new PictureSink(info, picture => Encode(picture, stream, extension));
    }

    /// <summary>Whether a file can hold several pictures of this kind. Default: no.</summary>
    /// <param name="extension">The file name's extension, one of the extensions of <see cref="Formats"/>.</param>
    /// <param name="kind">What the pictures are to one another.</param>
    bool WritesSequence(string extension, SequenceKind kind) => false;

    /// <summary>Starts writing several pictures; the stream stays open.</summary>
    /// <param name="info">Kind and number of the pictures.</param>
    /// <param name="stream">The stream to write to.</param>
    /// <param name="extension">The file name's extension, one for which <see cref="WritesSequence"/> says yes.</param>
    /// <exception cref="NotSupportedException">The format holds one picture.</exception>
    IPictureSequenceSink BeginSequence(SequenceInfo info, Stream stream, string extension) => throw new NotSupportedException($"A {extension} holds one picture.");
}
