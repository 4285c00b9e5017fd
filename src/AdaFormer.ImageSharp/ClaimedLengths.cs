using System.Buffers.Binary;
using AdaFormer.Imaging;

namespace AdaFormer.ImageSharp;

/// <summary>Lengths in a file's headers for which ImageSharp makes room before it reads, checked against the file's own.</summary>
internal static class ClaimedLengths
{
    // A BMP's first header; the longest second one without a profile; and where the profile's place and length stand and end.
    private const int BitmapFileHeader = 14, BitmapVersion4 = 108, ProfilePlace = 126, ProfileSize = 130, ProfileSizeEnd = 134;

    /// <summary>Refuses a BMP whose palette or profile, and a WebP whose chunk, would end after the file.</summary>
    /// <param name="stream">A file of any format from its first byte; its position is kept.</param>
    /// <exception cref="PictureFormatException">It is one of these.</exception>
    public static void Check(Stream stream)
    {
        var first = stream.Position;
        Span<byte> start = stackalloc byte[BitmapFileHeader + ProfileSizeEnd];
        start = start[..stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false)];
        var length = stream.Length - first;
        // An OS/2 array of BMPs has a header of the same length before that of its first picture.
        var bitmap = start.StartsWith("BA"u8) ? start[Math.Min(BitmapFileHeader, start.Length)..] : start;
        if (bitmap.StartsWith("BM"u8) && bitmap.Length >= BitmapFileHeader)
            CheckBitmap(bitmap, length);
        else if (start.StartsWith("RIFF"u8))
            CheckChunks(stream, first, first + length);
        stream.Position = first;
    }

    private static void CheckBitmap(ReadOnlySpan<byte> bitmap, long length)
    {
        Require("pixels begin", Number(bitmap, 10), length);
        if (bitmap.Length < ProfileSizeEnd || Number(bitmap, BitmapFileHeader) <= BitmapVersion4)
            return;
        var (profile, size) = (Number(bitmap, ProfilePlace), Number(bitmap, ProfileSize));
        if (profile != 0 && size != 0)
            Require("profile ends", BitmapFileHeader + profile + size, length);

        static long Number(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..]);
    }

    private static void CheckChunks(Stream stream, long first, long end)
    {
        Span<byte> header = stackalloc byte[8];
        var at = first + 12;
        for (; at + header.Length <= end; at += (at - first) & 1)
        {
            stream.Position = at;
            stream.ReadExactly(header);
            var length = BinaryPrimitives.ReadUInt32LittleEndian(header[4..]);
            // ImageSharp goes on after ten bytes, whatever this says.
            if (header.StartsWith("VP8X"u8) && length != 10)
                throw new PictureFormatException($"The WebP is damaged: its chunk VP8X has {length} bytes, expected 10. Get the file again.");
            at += header.Length + length;
            Require("chunk ends", at, end);
        }
    }

    private static void Require(string what, long at, long end)
    {
        if (at > end)
            throw new PictureFormatException($"The picture is damaged: its {what} at byte {at} of {end}. Get the file again.");
    }
}
