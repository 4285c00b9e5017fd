using System.Buffers.Binary;
using AdaFormer.Imaging;

namespace AdaFormer.ImageSharp.Bmp;

/// <summary>
/// Unpacks the run lengths of a BMP. ImageSharp lets a run that is longer than its row go on in the next one, and so shears what ImageMagick
/// writes; others clip it.
/// </summary>
internal static class BmpRuns
{
    private const int InfoHeader = 40, Compression = 30, ByBytes = 1, ByNibbles = 2;

    /// <summary>The file without run lengths.</summary>
    /// <param name="file">The BMP; its size has been checked.</param>
    /// <param name="isCut">Whether its data end before its picture does; what is missing has the palette's first colour.</param>
    /// <returns>The file, or <see langword="null"/> if it has no run lengths.</returns>
    public static MemoryStream? Unpack(Stream file, out bool isCut)
    {
        isCut = false;
        var head = new byte[BmpWriter.FileHeader + InfoHeader];
        file.Position = 0;
        if (file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false) < head.Length || head[0] != 'B' || head[1] != 'M' || Number(head, BmpWriter.FileHeader) < InfoHeader || Number(head, Compression) is not (ByBytes or ByNibbles))
            return null;
        var (start, width, height, bits) = (Number(head, 10), Number(head, 18), Number(head, 22), BinaryPrimitives.ReadUInt16LittleEndian(head.AsSpan(28)));
        if (width < 1 || height < 1 || start < head.Length || start > file.Length || bits != (Number(head, Compression) == ByBytes ? 8 : 4))
            return null;
        BinaryPrimitives.WriteInt32LittleEndian(head.AsSpan(Compression), 0);
        var rest = new byte[start - head.Length];
        file.ReadExactly(rest);
        var row = new byte[((((long)width * bits) + 31) / 32 * 4) is var length && length * height <= Array.MaxLength ? (int)length : throw new PictureFormatException($"The BMP has {width}×{height} pixels in run lengths, which are too many. Convert it to PNG.")];
        var rows = new byte[row.Length * height];
        using var runs = new BufferedStream(file, 1 << 16);
        isCut = !Unpack(runs, rows, row.Length, width, height, bits);
        return new MemoryStream([.. head, .. rest, .. rows]);
    }

    // Whether all of the picture was there; some leave the end mark out.
    private static bool Unpack(Stream runs, byte[] rows, int stride, int width, int height, int bits)
    {
        var (x, y) = (0L, 0L);
        while (true)
        {
            var (count, code) = (runs.ReadByte(), runs.ReadByte());
            if (code < 0)
                return y >= height || (y == height - 1 && x >= width);
            switch (count, code)
            {
                case (0, 0):
                    (x, y) = (0, y + 1);
                    break;
                case (0, 1):
                    return true;
                case (0, 2):
                    (x, y) = (x + Math.Max(0, runs.ReadByte()), y + Math.Max(0, runs.ReadByte()));
                    break;
                case (0, _):
                    var bytes = ((code * bits) + 7) / 8;
                    var (packed, value) = (8 / bits, 0);
                    for (var i = 0; i < code; i++)
                    {
                        value = i % packed == 0 ? runs.ReadByte() : value;
                        if (value < 0)
                            return false;
                        Set(x++, value >> (8 - bits - (bits * (i % packed))));
                    }

                    // They end at an even byte.
                    if ((bytes & 1) != 0)
                        runs.ReadByte();
                    break;
                default:
                    for (var i = 0; i < count; i++)
                        Set(x++, bits == 8 || i % 2 != 0 ? code : code >> 4);
                    break;
            }
        }

        void Set(long column, int index)
        {
            if (column >= width || y >= height)
                return;
            ref var pixels = ref rows[(y * stride) + (column * bits / 8)];
            pixels = bits == 8 ? (byte)index : column % 2 == 0 ? (byte)((pixels & 0x0F) | (index << 4)) : (byte)((pixels & 0xF0) | (index & 0x0F));
        }
    }

    private static int Number(byte[] bytes, int at) => BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(at));
}
