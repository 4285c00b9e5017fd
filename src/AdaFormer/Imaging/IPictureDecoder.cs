namespace AdaFormer.Imaging;

/// <summary>Reads one or more file formats into pixels.</summary>
public interface IPictureDecoder
{
    /// <summary>The formats that it reads.</summary>
    IReadOnlyList<PictureFormat> Formats { get; }

    /// <summary>How many of a file's first bytes <see cref="Recognizes"/> wants to see.</summary>
    int SignatureLength { get; }

    /// <summary>Whether a file that begins like this is one of the decoder's.</summary>
    /// <param name="start">The first bytes, <see cref="SignatureLength"/> or as many as the file has.</param>
    bool Recognizes(ReadOnlySpan<byte> start);

    /// <summary>Decodes a picture.</summary>
    /// <param name="stream">The file from its first byte.</param>
    /// <param name="maximumPixels">Larger pictures are refused from the header, before pixels are decoded.</param>
    /// <exception cref="PictureFormatException">The data is damaged, of another format, or larger than allowed.</exception>
    Picture Decode(Stream stream, long maximumPixels);

    /// <summary>Begins to read a picture row by row. The stream stays the caller's, and open until all rows are read.</summary>
    /// <param name="stream">The file from its first byte.</param>
    /// <param name="maximumPixels">Larger pictures are refused from the header, before pixels are decoded.</param>
    /// <returns>The rows; a decoder that does not say otherwise decodes the picture in one piece first.</returns>
    /// <exception cref="PictureFormatException">The data is damaged, of another format, or larger than allowed.</exception>
    IPictureRows Open(Stream stream, long maximumPixels) => new PictureRows(Decode(stream, maximumPixels));
}
