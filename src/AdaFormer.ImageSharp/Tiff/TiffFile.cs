using System.Buffers.Binary;
using AdaFormer.Imaging;

namespace AdaFormer.ImageSharp.Tiff;

/// <summary>The directories of a TIFF (TIFF 6.0, section 2) or a BigTIFF, whose offsets are twice as long. EXIF data are a TIFF, too.</summary>
internal sealed class TiffFile
{
    private const int BigMagic = 43, OverlapAllowed = 2;
    private readonly Stream _file;
    private readonly bool _bigEndian;

    /// <summary>Reads the header.</summary>
    /// <param name="file">The TIFF, whose first byte stands at 0.</param>
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

    /// <summary>Where the first directory stands.</summary>
    public long FirstDirectory { get; }

    /// <summary>How many bytes an offset has.</summary>
    public int OffsetLength => IsBig ? 8 : 4;

    /// <summary>How many bytes an entry has, the last of which are its values or their offset.</summary>
    public int EntryLength => IsBig ? 20 : 12;

    private int CountLength => IsBig ? 8 : 2;

    /// <summary>
    /// The entries that ImageSharp takes for one directory: the first one's, and those of the directories for EXIF and GPS that it names.
    /// </summary>
    /// <exception cref="PictureFormatException">Their values together are far more than the file. ImageSharp makes a copy of each, however often they overlap.</exception>
    public List<TiffEntry> AllEntries()
    {
        var entries = Entries(FirstDirectory, out _);
        foreach (var pointer in entries.Where(entry => !IsBig && entry.Tag is TiffTags.ExifDirectory or TiffTags.GpsDirectory).ToArray())
            entries.AddRange(Entries(Numbers(pointer).First(), out _));
        var together = entries.Aggregate(Int128.Zero, (sum, entry) => sum + EntryLength + (entry.Length > OffsetLength && entry.Place + entry.Length <= _file.Length ? entry.Length : 0));
        return together <= OverlapAllowed * _file.Length ? entries : throw Damaged($"its directories hold {together} bytes, the file {_file.Length}");
    }

    /// <summary>Reads a directory as far as it lies within the file.</summary>
    /// <param name="directory">Where it stands.</param>
    /// <param name="end">Where it ends: the offset of the next one follows.</param>
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
            throw Damaged($"its directory has {count} entries and place for {room}");
        for (var left = Math.Min(count, room); left > 0; left--, end += EntryLength)
        {
            var entry = new TiffEntry((ushort)Number(end, 2), (ushort)Number(end + 2, 2), Number(end + 4, OffsetLength), end + EntryLength - OffsetLength);
            entries.Add(entry.Length <= OffsetLength ? entry : entry with { Place = Number(entry.Place, OffsetLength) });
        }

        return entries;
    }

    /// <summary>An entry's values.</summary>
    /// <exception cref="PictureFormatException">They are no numbers without sign, or do not lie within the file.</exception>
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

    /// <summary>An error that says what is wrong with the file.</summary>
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
/// <param name="Tag">What it says.</param>
/// <param name="Type">The type of its values.</param>
/// <param name="Count">How many there are.</param>
/// <param name="Place">Where they stand in the file: in the entry itself where they are few, and perhaps beyond the file's end.</param>
internal readonly record struct TiffEntry(ushort Tag, ushort Type, long Count, long Place)
{
    public const ushort Short = 3, Long = 4, Rational = 5, Directory = 13, Long8 = 16;

    // Bytes, characters, shorts, longs, rationals; the same with signs; floats; directories; and BigTIFF's.
    private static ReadOnlySpan<byte> Sizes => [0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4, 0, 0, 8, 8, 8];

    /// <summary>Bytes of one value; 0 for a type that nobody knows.</summary>
    public int Size => Type < Sizes.Length ? Sizes[Type] : 0;

    /// <summary>Bytes of all.</summary>
    public Int128 Length => (Int128)Count * Size;
}
