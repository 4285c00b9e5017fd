using System.Buffers.Binary;
using AdaFormer.Imaging;

namespace AdaFormer.ImageSharp;

/// <summary>What must hold of a BMP before ImageSharp may see it, which makes room for the palette that the header claims.</summary>
internal static class BmpHeader
{
    private const int Length = 14;

    /// <summary>Refuses a BMP whose pixels would begin, and so its palette end, after its own end.</summary>
    /// <param name="stream">A file of any format from its first byte; its position is kept.</param>
    /// <exception cref="PictureFormatException">It is such a BMP.</exception>
    public static void Check(Stream stream)
    {
        var first = stream.Position;
        Span<byte> header = stackalloc byte[2 * Length];
        header = header[..stream.ReadAtLeast(header, header.Length, throwOnEndOfStream: false)];
        stream.Position = first;
        // An OS/2 array has a header of the same length before that of its first picture.
        if (header.StartsWith("BA"u8))
            header = header[Length..];
        if (!header.StartsWith("BM"u8) || header.Length < Length)
            return;
        var pixels = BinaryPrimitives.ReadUInt32LittleEndian(header[10..]);
        if (pixels > stream.Length - first)
            throw new PictureFormatException($"The BMP is damaged: its pixels begin at byte {pixels} of {stream.Length - first}. Get the file again.");
    }
}
