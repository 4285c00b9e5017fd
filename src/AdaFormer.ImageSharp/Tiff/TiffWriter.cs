using System.Buffers.Binary;
using AdaFormer.Imaging;

namespace AdaFormer.ImageSharp.Tiff;

/// <summary>
/// Writes a TIFF 6.0 page by page. EXIF data is a TIFF itself: that of the first page becomes the file's beginning, so that every offset in it
/// stays valid. That of further pages is copied entry by entry.
/// </summary>
internal sealed class TiffWriter
{
    private readonly Stream _stream;
    private readonly long _start;
    private long _pointer = 4;

    /// <summary>Starts a file at the stream's position.</summary>
    /// <param name="stream">A stream that can seek.</param>
    public TiffWriter(Stream stream) => (_stream, _start) = (stream, stream.Position);

    /// <summary>The file's bytes.</summary>
    public Stream Stream => _stream;

    /// <summary>Whether numbers start with their most significant byte.</summary>
    public bool IsBigEndian { get; private set; }

    /// <summary>The end of what was written, counted from the file's first byte.</summary>
    /// <exception cref="PictureFormatException">It is beyond the range of TIFF's offsets.</exception>
    public uint Position => _stream.Position - _start is var position and <= uint.MaxValue
        ? (uint)position
        : throw new PictureFormatException("A TIFF can be at most 4 GB. Write PNG, or a smaller picture.");

    /// <summary>Starts a page, after the one before was completed.</summary>
    /// <param name="info">The page, with metadata that fit it.</param>
    public TiffPageWriter BeginPage(PictureInfo info)
    {
        var exif = info.Metadata.Exif is { Length: >= 8 } bytes && (bytes[0], bytes[1]) is ((byte)'I', (byte)'I') or ((byte)'M', (byte)'M') ? bytes : null;
        if (Position > 0)
            return new TiffPageWriter(this, info, exif is null ? [] : TiffDirectory.Copy(exif, this));
        if (exif is null)
        {
            Begin(isBigEndian: false);
            return new TiffPageWriter(this, info, []);
        }

        IsBigEndian = exif[0] == 'M';
        _stream.Write(exif);
        return new TiffPageWriter(this, info, TiffDirectory.InPlace(exif));
    }

    /// <summary>Writes the header of a file without EXIF data at its beginning.</summary>
    public void Begin(bool isBigEndian)
    {
        IsBigEndian = isBigEndian;
        _stream.Write([.. isBigEndian ? "MM"u8 : "II"u8, .. Bytes((ushort)42), .. Bytes(0u)]);
    }

    /// <summary>Writes a directory and links it to the one before.</summary>
    public void WriteDirectory(IReadOnlyCollection<byte[]> entries)
    {
        Align();
        var directory = Position;
        _stream.Write(Bytes((ushort)entries.Count));
        foreach (var entry in entries)
            _stream.Write(entry);
        var next = Position;
        _stream.Write(Bytes(0u));
        var end = _stream.Position;
        _stream.Position = _start + _pointer;
        _stream.Write(Bytes(directory));
        (_stream.Position, _pointer) = (end, next);
    }

    /// <summary>An entry of a directory. Values of up to four bytes are stored in the entry, longer ones at the file's end.</summary>
    public byte[] Entry(ushort tag, ushort type, long count, ReadOnlySpan<byte> value)
    {
        var place = Bytes(0u);
        if (value.Length > place.Length)
        {
            Align();
            place = Bytes(Position);
            _stream.Write(value);
        }
        else
        {
            value.CopyTo(place);
        }

        return [.. Bytes(tag), .. Bytes(type), .. Bytes((uint)count), .. place];
    }

    /// <summary>A number in the file's byte order.</summary>
    public byte[] Bytes(uint value)
    {
        var bytes = new byte[4];
        if (IsBigEndian)
            BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
        else
            BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
        return bytes;
    }

    /// <summary>A number in the file's byte order.</summary>
    public byte[] Bytes(ushort value) => IsBigEndian ? [(byte)(value >> 8), (byte)value] : [(byte)value, (byte)(value >> 8)];

    /// <summary>Moves to an even position.</summary>
    public void Align()
    {
        if (Position % 2 != 0)
            _stream.WriteByte(0);
    }
}
