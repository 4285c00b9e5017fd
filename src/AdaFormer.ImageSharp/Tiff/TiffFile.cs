using System.Buffers.Binary;
using AdaFormer.Imaging;

namespace AdaFormer.ImageSharp.Tiff;

/// <summary>Reads the directories of a TIFF (TIFF 6.0, section 2) or a BigTIFF, whose offsets are twice as long. EXIF data is a TIFF, too.</summary>
internal sealed class TiffFile
{
    private const int BigMagic = 43, OverlapAllowed = 2;
    private readonly Stream _file;
    private readonly bool _bigEndian;

    /// <summary>Reads the header.</summary>
    /// <param name="file">The TIFF, whose first byte is at position 0.</param>
    /// <exception cref="PictureFormatException">It ends too early.</exception>
    public TiffFile(Stream file)
    {
        _file = file;
        _bigEndian = Number(0, 1) == 'M';
        IsBig = Number(2, 2) == BigMagic;
        FirstDirectory = IsBig ? Number(8, 8) : Number(4, 4);
    }

    /// <summary>Whether it is a BigTIFF.</summary>
    public bool IsBig { get; }

    /// <summary>Position of the first directory.</summary>
    public long FirstDirectory { get; }

    /// <summary>Length of an offset in bytes.</summary>
    public int OffsetLength => IsBig ? 8 : 4;

    /// <summary>Length of an entry in bytes, the last of which are its values or their offset.</summary>
    public int EntryLength => IsBig ? 20 : 12;

    private int CountLength => IsBig ? 8 : 2;

    /// <summary>
    /// The entries that ImageSharp reads as one directory: those of the first one, and of the EXIF and GPS directories that it references.
    /// </summary>
    /// <exception cref="PictureFormatException">Their values together are far larger than the file. ImageSharp copies each of them, however often they overlap.</exception>
    public List<TiffEntry> AllEntries()
    {
        var entries = Entries(FirstDirectory, out _);
        foreach (var pointer in entries.Where(entry => !IsBig && entry.Tag is TiffTags.ExifDirectory or TiffTags.GpsDirectory).ToArray())
            entries.AddRange(Entries(Numbers(pointer).First(), out _));
        var together = entries.Aggregate(Int128.Zero, (sum, entry) => sum + EntryLength + (entry.Length > OffsetLength && entry.Place + entry.Length <= _file.Length ? entry.Length : 0));
        return together <= OverlapAllowed * _file.Length ? entries : throw Damaged($"its directories hold {together} bytes, the file {_file.Length}");
    }

    /// <summary>Reads the part of a directory that lies within the file.</summary>
    /// <param name="directory">Its position.</param>
    /// <param name="end">Its end, where the offset of the next one follows.</param>
    public List<TiffEntry> Entries(long directory, out long end)
    {
        var entries = new List<TiffEntry>();
        end = directory + CountLength;
        if (end > _file.Length)
            return entries;
        var count = Number(directory, CountLength);
        var room = (_file.Length - end) / EntryLength;
        // ImageSharp would count to the end.
        if (IsBig && count > room)
            throw Damaged($"its directory has {count} entries and space for {room}");
        for (var left = Math.Min(count, room); left > 0; left--, end += EntryLength)
        {
            var entry = new TiffEntry((ushort)Number(end, 2), (ushort)Number(end + 2, 2), Number(end + 4, OffsetLength), end + EntryLength - OffsetLength);
            entries.Add(entry.Length <= OffsetLength ? entry : entry with { Place = Number(entry.Place, OffsetLength) });
        }

        return entries;
    }

    /// <summary>An entry's values.</summary>
    /// <exception cref="PictureFormatException">They are not unsigned numbers, or do not lie within the file.</exception>
    public IEnumerable<long> Numbers(TiffEntry entry)
    {
        var isNumber = entry.Type is TiffEntry.Short or TiffEntry.Long or TiffEntry.Directory || (IsBig && entry.Type == TiffEntry.Long8);
        if (entry.Count < 1 || !isNumber || entry.Place + entry.Length > _file.Length)
            throw Damaged($"tag {entry.Tag} has {entry.Count} values of type {entry.Type} at byte {entry.Place} of {_file.Length}");
        for (var i = 0L; i < entry.Count; i++)
            yield return Number(entry.Place + (i * entry.Size), entry.Size);
    }

    /// <summary>An entry's first value, a fraction or a number.</summary>
    public double Value(TiffEntry entry) => entry is { Type: TiffEntry.Rational, Count: > 0 } ? (double)Number(entry.Place, 4) / Number(entry.Place + 4, 4) : Numbers(entry).First();

    /// <summary>Whether the offset of a further directory stands at this place.</summary>
    public bool HasDirectoryAt(long place) => place + OffsetLength <= _file.Length && Number(place, OffsetLength) is > 0 and var offset && offset < _file.Length;

    /// <summary>A copy of a TIFF, not a BigTIFF, whose only directory is the first one with an entry more: a number.</summary>
    public MemoryStream With(ushort tag, ushort value)
    {
        var file = new byte[_file.Length];
        _file.Position = 0;
        _file.ReadExactly(file);
        var first = (int)FirstDirectory + CountLength;
        var entries = file.AsSpan(first, EntryLength * Entries(FirstDirectory, out _).Count).ToArray().Chunk(EntryLength).ToList();
        entries.Insert(entries.TakeWhile(entry => Short(entry) < tag).Count(), [.. Bytes(tag, 2), .. Bytes(TiffEntry.Short, 2), .. Bytes(1, 4), .. Bytes(value, 2), 0, 0]);
        Bytes(file.Length, 4).CopyTo(file, 4);
        var copy = new MemoryStream();
        copy.Write(file);
        copy.Write(Bytes(entries.Count, 2));
        entries.ForEach(entry => copy.Write(entry));
        copy.Write(new byte[OffsetLength]);
        copy.Position = 0;
        return copy;

        int Short(byte[] bytes) => _bigEndian ? BinaryPrimitives.ReadUInt16BigEndian(bytes) : BinaryPrimitives.ReadUInt16LittleEndian(bytes);

        byte[] Bytes(int number, int length)
        {
            var bytes = new byte[4];
            if (_bigEndian)
                BinaryPrimitives.WriteInt32BigEndian(bytes, number);
            else
                BinaryPrimitives.WriteInt32LittleEndian(bytes, number);
            return _bigEndian ? bytes[^length..] : bytes[..length];
        }
    }

    /// <summary>Creates the exception with what is wrong with the file.</summary>
    public static PictureFormatException Damaged(string what) => new($"The TIFF is damaged: {what}. Get the file again.");

    private long Number(long at, int length)
    {
        if (at > _file.Length - length)
            throw Damaged($"it ends at byte {_file.Length}, and byte {at} is needed");
        Span<byte> bytes = stackalloc byte[8];
        bytes.Clear();
        _file.Position = at;
        _file.ReadExactly(_bigEndian ? bytes[^length..] : bytes[..length]);
        var number = _bigEndian ? BinaryPrimitives.ReadInt64BigEndian(bytes) : BinaryPrimitives.ReadInt64LittleEndian(bytes);
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
    public const ushort Short = 3, Long = 4, Rational = 5, Directory = 13, Long8 = 16;

    // Bytes, characters, shorts, longs, rationals; the signed ones; floats; directories; and those of BigTIFF.
    private static ReadOnlySpan<byte> Sizes => [0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4, 0, 0, 8, 8, 8];

    /// <summary>Bytes of one value; 0 for an unknown type.</summary>
    public int Size => Type < Sizes.Length ? Sizes[Type] : 0;

    /// <summary>Bytes of all values.</summary>
    public Int128 Length => (Int128)Count * Size;
}
