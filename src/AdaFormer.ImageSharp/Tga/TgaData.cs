using System.Buffers.Binary;

namespace AdaFormer.ImageSharp.Tga;

/// <summary>Whether a TGA's pixels are all there; ImageSharp takes missing ones for black.</summary>
internal static class TgaData
{
    private const int Header = 18, FirstWithRuns = 9;

    /// <summary>Where the data have to end, in bytes from the file's first: within the file if nothing is missing.</summary>
    public static long End(Stream file)
    {
        Span<byte> header = stackalloc byte[Header];
        file.Position = 0;
        if (file.ReadAtLeast(header, Header, throwOnEndOfStream: false) < Header)
            return Header;
        long palette = header[1] == 0 ? 0 : Number(header, 5) * ((header[7] + 7) / 8);
        var (start, pixels, bytes) = (Header + header[0] + palette, (long)Number(header, 12) * Number(header, 14), (header[16] + 7) / 8);
        return header[2] < FirstWithRuns ? start + (pixels * bytes) : EndOfRuns(file, start, pixels, bytes);
    }

    private static long EndOfRuns(Stream file, long start, long pixels, int bytes)
    {
        file.Position = Math.Min(start, file.Length);
        using var runs = new BufferedStream(file, 1 << 16);
        while (pixels > 0)
        {
            var packet = runs.ReadByte();
            if (packet < 0)
                break;
            var count = (packet & 0x7F) + 1;
            pixels -= count;
            runs.Seek(packet > 0x7F ? bytes : count * bytes, SeekOrigin.Current);
        }

        // Zeros are packets of one pixel.
        return Math.Max(start, runs.Position) + (pixels > 0 ? pixels * (bytes + 1) : 0);
    }

    private static int Number(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt16LittleEndian(bytes[at..]);
}
