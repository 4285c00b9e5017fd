using System.Buffers.Binary;

namespace AdaFormer.ImageSharp.Bmp;

/// <summary>Whether a BMP's pixels are all there; ImageSharp takes missing ones for black.</summary>
internal static class BmpData
{
    private const int ArrayHeader = 14, OldInfo = 12, Bitfields = 3, AlphaBitfields = 6, Needed = 34;

    /// <summary>Where the data have to end, in bytes from the file's first: within the file if nothing is missing.</summary>
    public static long End(Stream file)
    {
        var header = new byte[ArrayHeader + Needed];
        file.Position = 0;
        var known = file.ReadAtLeast(header, header.Length, throwOnEndOfStream: false);
        var info = header.AsSpan(header[0] == 'B' && header[1] == 'A' ? ArrayHeader : 0);
        if (known < header.Length - ArrayHeader)
            return header.Length;
        var isOld = Number(info, 14) == OldInfo;
        var (width, height, bits) = isOld
            ? (BinaryPrimitives.ReadUInt16LittleEndian(info[18..]), BinaryPrimitives.ReadUInt16LittleEndian(info[20..]), BinaryPrimitives.ReadUInt16LittleEndian(info[24..]))
            : (Number(info, 18), Math.Abs((long)(int)Number(info, 22)), BinaryPrimitives.ReadUInt16LittleEndian(info[28..]));
        var start = Number(info, 10);
        return (isOld ? 0 : Number(info, 30)) switch
        {
            // Whatever fills the last row up to four bytes is left out by some.
            0 or Bitfields or AlphaBitfields when width > 0 && height > 0 => start + (((width * bits) + 31) / 32 * 4 * (height - 1)) + (((width * bits) + 7) / 8),
            _ => 0,
        };
    }

    private static uint Number(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..]);
}
