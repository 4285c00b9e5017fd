using System.Buffers.Binary;
using AdaFormer.Imaging;

namespace AdaFormer.ImageSharp.Tiff;

/// <summary>Reads the directories of a TIFF (TIFF 6.0, section 2) or a BigTIFF, whose offsets are twice as long. EXIF data is a TIFF, too.</summary>
internal sealed class TiffFile
{
    private const int BigMagic = 43, MaximumPages = 65_535, OverlapAllowed = 8;
    private readonly Stream _file;
    private Int128 _copied;

    /// <summary>Reads the header.</summary>
    /// <param name="file">The TIFF, whose first byte is at position 0.</param>
    /// <exception cref="PictureFormatException">It ends too early.</exception>
    public TiffFile(Stream file)
    {
        _file = file;
        IsBigEndian = Number(0, 1) == 'M';
        IsBig = Number(2, 2) == BigMagic;
        FirstDirectory = IsBig ? Number(8, 8) : Number(4, 4);
    }

    /// <summary>Whether it is a BigTIFF.</summary>
    public bool IsBig { get; }

    /// <summary>Whether numbers start with their most significant byte.</summary>
    public bool IsBigEndian { get; }

    /// <summary>Position of the first directory.</summary>
    public long FirstDirectory { get; }

    /// <summary>Length of the file in bytes.</summary>
    public long Length => _file.Length;

    /// <summary>Length of an offset in bytes.</summary>
    public int OffsetLength => IsBig ? 8 : 4;

    /// <summary>Length of the number of entries in bytes.</summary>
    public int CountLength => IsBig ? 8 : 2;

    private int EntryLength => IsBig ? 20 : 12;

    /// <summary>Positions of the pages' directories. A chain that comes back to itself, or leaves the file, or is damaged, ends there.</summary>
    public List<long> Directories()
    {
        var directories = new List<long>();
        var seen = new HashSet<long>();
        for (var at = FirstDirectory; at > 0 && at + CountLength <= Length && directories.Count < MaximumPages && seen.Add(at);)
        {
            directories.Add(at);
            at = Next(at);
        }

        return directories;
    }

    private long Next(long directory)
    {
        try
        {
            Entries(directory, out var end);
            return end + OffsetLength <= Length ? Number(end, OffsetLength) : 0;
        }
        catch (PictureFormatException)
        {
            return 0;
        }
    }

    /// <summary>Reads the part of a directory that lies within the file.</summary>
    /// <param name="directory">Its position.</param>
    /// <param name="end">Its end, where the offset of the next one follows.</param>
    public List<TiffEntry> Entries(long directory, out long end)
    {
        var entries = new List<TiffEntry>();
        end = directory + CountLength;
        if (end > Length)
            return entries;
        var count = Number(directory, CountLength);
        var room = (Length - end) / EntryLength;
        if (IsBig && count > room)
            throw Damaged($"its directory has {count} entries and space for {room}");
        for (var left = Math.Min(count, room); left > 0; left--, end += EntryLength)
        {
            var entry = new TiffEntry((ushort)Number(end, 2), (ushort)Number(end + 2, 2), Number(end + 4, OffsetLength), end + EntryLength - OffsetLength);
            entries.Add(entry.Length <= OffsetLength ? entry : entry with { Place = Number(entry.Place, OffsetLength) });
        }

        return entries;
    }

    /// <summary>Whether an entry's values lie within the file.</summary>
    public bool Holds(TiffEntry entry) => entry.Count > 0 && entry.Size > 0 && entry.Place + entry.Length <= Length;

    /// <summary>An entry's values as stored.</summary>
    /// <exception cref="PictureFormatException">They do not lie within the file.</exception>
    public byte[] Bytes(TiffEntry entry)
    {
        if (!Holds(entry))
            throw NotThere(entry);
        _copied += entry.Length;
        if (_copied > OverlapAllowed * Length)
            throw Damaged($"its directories hold more than {OverlapAllowed} times the bytes of the file, {Length}, since they overlap");
        return Read(entry.Place, (int)entry.Length);
    }

    /// <summary>The last bytes of an entry as they stand in its directory: its values, or their offset.</summary>
    public byte[] InEntry(TiffEntry entry) => entry.Length > OffsetLength ? Bytes(entry.Place, OffsetLength) : Read(entry.Place, OffsetLength);

    /// <summary>Bytes of the file.</summary>
    public byte[] Read(long at, int count)
    {
        var bytes = new byte[count];
        _file.Position = at;
        _file.ReadExactly(bytes);
        return bytes;
    }

    /// <summary>An entry's values.</summary>
    /// <exception cref="PictureFormatException">They are not unsigned numbers, or do not lie within the file.</exception>
    public IEnumerable<long> Numbers(TiffEntry entry)
    {
        var isNumber = entry.Type is TiffEntry.Byte or TiffEntry.Short or TiffEntry.Long or TiffEntry.Directory || (IsBig && entry.Type == TiffEntry.Long8);
        if (!isNumber || !Holds(entry))
            throw NotThere(entry);
        for (var i = 0L; i < entry.Count; i++)
            yield return Number(entry.Place + (i * entry.Size), entry.Size);
    }

    /// <summary>An entry's first value, a fraction or a number.</summary>
    public double Value(TiffEntry entry) => entry is { Type: TiffEntry.Rational, Count: > 0 } ? (double)Number(entry.Place, 4) / Number(entry.Place + 4, 4) : Numbers(entry).First();

    /// <summary>A number in the file's byte order.</summary>
    public byte[] Bytes(long number, int length)
    {
        var bytes = new byte[8];
        if (IsBigEndian)
            BinaryPrimitives.WriteInt64BigEndian(bytes, number);
        else
            BinaryPrimitives.WriteInt64LittleEndian(bytes, number);
        return IsBigEndian ? bytes[^length..] : bytes[..length];
    }

    /// <summary>Creates the exception with what is wrong with the file.</summary>
    public static PictureFormatException Damaged(string what) => new($"The TIFF is damaged: {what}. Get the file again.");

    private PictureFormatException NotThere(TiffEntry entry) => Damaged($"tag {entry.Tag} has {entry.Count} values of type {entry.Type} at byte {entry.Place} of {Length}");

    private long Number(long at, int length)
    {
        if (at > Length - length)
            throw Damaged($"it ends at byte {Length}, and byte {at} is needed");
        Span<byte> bytes = stackalloc byte[8];
        bytes.Clear();
        _file.Position = at;
        _file.ReadExactly(IsBigEndian ? bytes[^length..] : bytes[..length]);
        var number = IsBigEndian ? BinaryPrimitives.ReadInt64BigEndian(bytes) : BinaryPrimitives.ReadInt64LittleEndian(bytes);
        return number >= 0 ? number : throw Damaged($"the number at byte {at} is larger than any file");
    }
}

/// <summary>An entry of a TIFF's directory (TIFF 6.0, section 2).</summary>
/// <param name="Tag">The tag that identifies the entry.</param>
/// <param name="Type">The type of its values.</param>
/// <param name="Count">Number of values.</param>
/// <param name="Place">Position of the values in the file: in the entry itself if they are few, and possibly beyond the file's end.</param>
internal readonly record struct TiffEntry(ushort Tag, ushort Type, long Count, long Place)
{
    public const ushort Byte = 1, Short = 3, Long = 4, Rational = 5, Undefined = 7, Directory = 13, Long8 = 16;

    // Bytes, characters, shorts, longs, rationals; the signed ones; floats; directories; and those of BigTIFF.
    private static ReadOnlySpan<byte> Sizes => [0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4, 0, 0, 8, 8, 8];

    /// <summary>Bytes of one value; 0 for an unknown type.</summary>
    public int Size => Type < Sizes.Length ? Sizes[Type] : 0;

    /// <summary>Bytes of all values.</summary>
    public Int128 Length => (Int128)Count * Size;
}
