using System.Buffers.Binary;

namespace AdaFormer.Imaging;

/// <summary>
/// The few numbers in EXIF data that upscaling changes, written in place so that everything else stays byte for byte. Data that cannot be
/// parsed is left unchanged. (CIPA DC-008; TIFF 6.0.)
/// </summary>
internal static class ExifBlock
{
    public const int Upright = 1;

    /// <summary>The first orientation that swaps rows and columns.</summary>
    public const int FirstOnItsSide = 5;

    private const ushort ImageWidth = 0x100, ImageLength = 0x101, OrientationTag = 0x112, ExifDirectory = 0x8769, PixelXDimension = 0xA002, PixelYDimension = 0xA003;
    private const ushort Short = 3, Long = 4;
    private const int EntryLength = 12;

    /// <summary>Whether the bytes begin like EXIF data.</summary>
    public static bool IsExif(ReadOnlySpan<byte> exif) => exif.Length >= 8 && (exif.StartsWith("II*\0"u8) || exif.StartsWith("MM\0*"u8));

    /// <summary>The orientation, 1 to 8; 1 if missing or invalid.</summary>
    public static int Orientation(ReadOnlySpan<byte> exif) =>
        Find(exif, FirstDirectory(exif), OrientationTag) is { } entry && ReadNumber(exif, entry) is >= 1 and <= 8 and var orientation ? (int)orientation : Upright;

    /// <summary>A copy with orientation 1 and without a thumbnail.</summary>
    public static byte[] MakeUpright(byte[] exif)
    {
        var copy = (byte[])exif.Clone();
        var first = FirstDirectory(copy);
        Set(copy, first, OrientationTag, Upright);
        if (EntryCount(copy, first) is { } count && first + 2 + (count * EntryLength) is var end && end + 4 <= copy.Length)
            copy.AsSpan((int)end, 4).Clear();
        return copy;
    }

    /// <summary>A copy with these pixel dimensions, if it has any.</summary>
    public static byte[] WithPixelSize(byte[] exif, int width, int height)
    {
        var copy = (byte[])exif.Clone();
        var first = FirstDirectory(copy);
        Set(copy, first, ImageWidth, (uint)width);
        Set(copy, first, ImageLength, (uint)height);
        if (Find(copy, first, ExifDirectory) is { } entry && ReadNumber(copy, entry) is { } directory)
        {
            Set(copy, directory, PixelXDimension, (uint)width);
            Set(copy, directory, PixelYDimension, (uint)height);
        }

        return copy;
    }

    private static long FirstDirectory(ReadOnlySpan<byte> exif) => IsExif(exif) ? Read32(exif, 4) : long.MaxValue;

    private static long? EntryCount(ReadOnlySpan<byte> exif, long directory) =>
        directory <= exif.Length - 2 && Read16(exif, (int)directory) is var count && directory + 2 + (count * EntryLength) <= exif.Length ? count : null;

    private static int? Find(ReadOnlySpan<byte> exif, long directory, ushort tag)
    {
        for (var i = 0; i < EntryCount(exif, directory); i++)
        {
            var entry = (int)directory + 2 + (i * EntryLength);
            if (Read16(exif, entry) == tag)
                return entry;
        }

        return null;
    }

    private static long? ReadNumber(ReadOnlySpan<byte> exif, int entry) => (Read16(exif, entry + 2), Read32(exif, entry + 4)) switch
    {
        (Short, 1) => Read16(exif, entry + 8),
        (Long, 1) => Read32(exif, entry + 8),
        _ => null,
    };

    private static void Set(Span<byte> exif, long directory, ushort tag, uint value)
    {
        if (Find(exif, directory, tag) is not { } entry || ReadNumber(exif, entry) is null)
            return;
        var isShort = Read16(exif, entry + 2) == Short && value <= ushort.MaxValue;
        if (IsBigEndian(exif))
        {
            BinaryPrimitives.WriteUInt16BigEndian(exif[(entry + 2)..], isShort ? Short : Long);
            BinaryPrimitives.WriteUInt32BigEndian(exif[(entry + 8)..], isShort ? value << 16 : value);
        }
        else
        {
            BinaryPrimitives.WriteUInt16LittleEndian(exif[(entry + 2)..], isShort ? Short : Long);
            BinaryPrimitives.WriteUInt32LittleEndian(exif[(entry + 8)..], value);
        }
    }

    private static bool IsBigEndian(ReadOnlySpan<byte> exif) => exif[0] == 'M';

    private static ushort Read16(ReadOnlySpan<byte> exif, int at) =>
        IsBigEndian(exif) ? BinaryPrimitives.ReadUInt16BigEndian(exif[at..]) : BinaryPrimitives.ReadUInt16LittleEndian(exif[at..]);

    private static uint Read32(ReadOnlySpan<byte> exif, int at) =>
        IsBigEndian(exif) ? BinaryPrimitives.ReadUInt32BigEndian(exif[at..]) : BinaryPrimitives.ReadUInt32LittleEndian(exif[at..]);
}
