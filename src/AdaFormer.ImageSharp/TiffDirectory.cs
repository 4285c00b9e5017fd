using System.Buffers.Binary;
using AdaFormer.Imaging;

namespace AdaFormer.ImageSharp;

/// <summary>
/// What the first directory of a TIFF (TIFF 6.0, section 2) says of how its page is stored; ImageSharp 2.1 tells it only after decoding.
/// </summary>
internal sealed class TiffDirectory
{
    private const ushort BitsPerSample = 258, CompressionTag = 259, Photometric = 262, StripOffsets = 273, SamplesPerPixel = 277, TileOffsets = 324;
    private const ushort Byte = 1, Short = 3, Long = 4;
    private const int HeaderLength = 8, EntryLength = 12, JpegCompression = 7, PaletteColor = 3;
    private const ushort StartOfJpeg = 0xFFD8;

    private readonly Stream _stream;
    private readonly long _first;
    private readonly bool _bigEndian;
    private readonly byte[] _entries;

    /// <summary>Reads the first directory; the stream's position is kept.</summary>
    /// <param name="stream">A TIFF from its first byte.</param>
    /// <exception cref="PictureFormatException">It ends too early.</exception>
    public TiffDirectory(Stream stream)
    {
        _stream = stream;
        _first = stream.Position;
        var header = Read(0, HeaderLength);
        _bigEndian = header[0] == 'M';
        var at = Number32(header.AsSpan(4));
        _entries = Read(at + 2, EntryLength * Number16(Read(at, 2)));
    }

    /// <summary>How the pixels are compressed: 1 not at all, 2 to 4 as a fax, 5 LZW, 7 JPEG, 8 Deflate.</summary>
    public int Compression => (int)First(CompressionTag, otherwise: 1);

    /// <summary>Whether the page is stored in tiles rather than strips.</summary>
    public bool IsTiled => Find(TileOffsets).Length > 0;

    /// <summary>Whether a pixel is one sample of grey.</summary>
    public bool IsGray => First(SamplesPerPixel, otherwise: 1) == 1 && First(Photometric, otherwise: 0) != PaletteColor;

    /// <summary>Bits of the first sample.</summary>
    public int Bits => (int)First(BitsPerSample, otherwise: 1);

    /// <summary>
    /// Whether every strip of a JPEG-compressed page begins as a JPEG does. ImageSharp would read another as a picture of any kind, even as the TIFF that it lies in, without end.
    /// </summary>
    public bool HasJpegStrips => Compression == JpegCompression && Values(Find(StripOffsets)).All(offset => BinaryPrimitives.ReadUInt16BigEndian(Read(offset, 2)) == StartOfJpeg);

    private long First(ushort tag, long otherwise) => Values(Find(tag)).FirstOrDefault(otherwise);

    private byte[] Find(ushort tag)
    {
        for (var at = 0; at < _entries.Length; at += EntryLength)
        {
            if (Number16(_entries.AsSpan(at)) == tag)
                return _entries[at..(at + EntryLength)];
        }

        return [];
    }

    private IEnumerable<long> Values(byte[] entry)
    {
        if (entry.Length == 0)
            yield break;
        var size = Number16(entry.AsSpan(2)) switch { Byte => 1, Short => 2, Long => 4, var type => throw Damaged($"a number of type {type}") };
        var length = size * Number32(entry.AsSpan(4));
        var bytes = length <= 4 ? entry[8..] : Read(Number32(entry.AsSpan(8)), length);
        for (var at = 0; at < length; at += size)
            yield return size switch { 1 => bytes[at], 2 => Number16(bytes.AsSpan(at)), _ => Number32(bytes.AsSpan(at)) };
    }

    private byte[] Read(long at, long count)
    {
        if (at + count > _stream.Length - _first)
            throw Damaged($"data that end at byte {at + count} of {_stream.Length - _first}");
        var bytes = new byte[count];
        _stream.Position = _first + at;
        _stream.ReadExactly(bytes);
        _stream.Position = _first;
        return bytes;
    }

    private ushort Number16(ReadOnlySpan<byte> bytes) => _bigEndian ? BinaryPrimitives.ReadUInt16BigEndian(bytes) : BinaryPrimitives.ReadUInt16LittleEndian(bytes);

    private long Number32(ReadOnlySpan<byte> bytes) => _bigEndian ? BinaryPrimitives.ReadUInt32BigEndian(bytes) : BinaryPrimitives.ReadUInt32LittleEndian(bytes);

    private static PictureFormatException Damaged(string what) => new($"The TIFF is damaged: its directory names {what}. Get the file again.");
}
