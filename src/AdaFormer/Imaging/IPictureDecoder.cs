namespace AdaFormer.Imaging;

/// <summary>Reads one or more file formats into pixels.</summary>
public interface IPictureDecoder
{
    /// <summary>The supported formats.</summary>
    IReadOnlyList<PictureFormat> Formats { get; }

    /// <summary>Number of a file's first bytes that <see cref="Recognizes"/> needs.</summary>
    int SignatureLength { get; }

    /// <summary>Whether a file with this start can be decoded here.</summary>
    /// <param name="start">The first bytes, <see cref="SignatureLength"/> or as many as the file has.</param>
    bool Recognizes(ReadOnlySpan<byte> start);

    /// <summary>Decodes a picture.</summary>
    /// <param name="stream">The file from its first byte.</param>
    /// <param name="maximumPixels">Larger pictures are rejected from the header, before pixels are decoded.</param>
    /// <exception cref="PictureFormatException">The data is damaged, of another format, or larger than allowed.</exception>
    Picture Decode(Stream stream, long maximumPixels);

    /// <summary>Starts reading a picture row by row. The caller keeps the stream open until all rows are read, and disposes it.</summary>
    /// <param name="stream">The file from its first byte.</param>
    /// <param name="maximumPixels">Larger pictures are rejected from the header, before pixels are decoded.</param>
    /// <returns>The rows; the default implementation decodes the whole picture first.</returns>
    /// <exception cref="PictureFormatException">The data is damaged, of another format, or larger than allowed.</exception>
    IPictureRows Open(Stream stream, long maximumPixels) => new PictureRows(Decode(stream, maximumPixels));

    /// <summary>Starts reading all pictures of a file. The caller keeps the stream open until they are read, and disposes it.</summary>
    /// <param name="stream">The file from its first byte.</param>
    /// <param name="maximumPixels">Larger pictures are rejected before their pixels are decoded.</param>
    /// <returns>The pictures, or <see langword="null"/> if there is only one; the default implementation knows of no more.</returns>
    /// <exception cref="PictureFormatException">The data is damaged, or larger than allowed.</exception>
    IPictureSequence? OpenSequence(Stream stream, long maximumPixels) => null;
}
