using System.Buffers.Binary;
using System.IO.Compression;
using System.Runtime.InteropServices;
using AdaFormer.Imaging;

namespace AdaFormer.ImageSharp.Tiff;

/// <summary>
/// Writes TIFF 6.0 with 8 or 16 bits and all layouts, Deflate with predictor; ImageSharp 2.1 writes neither 16-bit colours nor alpha. EXIF
/// data is a TIFF itself: it becomes the file's beginning, so that every offset in it stays valid, and its first directory is merged into
/// the picture's.
/// </summary>
internal sealed class TiffWriter
{
    private const int StripLength = 1 << 18, EntryLength = 12;
    private const ushort Short = 3, Long = 4, Rational = 5, Byte = 1, Undefined = 7;
    private readonly Stream _stream;
    private readonly long _start;
    private readonly bool _bigEndian;
    private readonly SortedDictionary<ushort, byte[]> _entries = [];

    private TiffWriter(Stream stream, byte[]? exif)
    {
        (_stream, _start, _bigEndian) = (stream, stream.Position, exif?[0] == 'M');
        _stream.Write(exif ?? [(byte)'I', (byte)'I', 42, 0, 0, 0, 0, 0]);
        if (exif is not null)
            CopyEntries(exif);
    }

    /// <summary>Writes a picture with matching metadata; the stream can seek.</summary>
    /// <exception cref="PictureFormatException">The file would exceed the range of TIFF's offsets.</exception>
    public static void Write(Picture picture, PictureMetadata metadata, Stream stream)
    {
        var exif = metadata.Exif is { Length: >= 8 } bytes && (bytes[0], bytes[1]) is ((byte)'I', (byte)'I') or ((byte)'M', (byte)'M') ? metadata.Exif : null;
        var writer = new TiffWriter(stream, exif);
        writer.WriteStrips(picture);
        writer.Describe(picture);
        writer.Add(metadata);
        writer.WriteDirectory();
    }

    private void CopyEntries(byte[] exif)
    {
        var first = Read32(exif.AsSpan(4));
        if (first > exif.Length - 2 || first + 2 + (Read16(exif.AsSpan((int)first)) * EntryLength) > exif.Length)
            return;
        for (var i = 0; i < Read16(exif.AsSpan((int)first)); i++)
        {
            var entry = exif.AsSpan((int)first + 2 + (i * EntryLength), EntryLength);
            if (Read16(entry) is var tag && (TiffTags.Describes(tag) || tag is TiffTags.ExifDirectory or TiffTags.GpsDirectory))
                _entries[tag] = entry.ToArray();
        }
    }

    private void WriteStrips(Picture picture)
    {
        var stride = picture.Width * picture.Channels * picture.BitDepth / 8;
        var rows = Math.Clamp(StripLength / stride, 1, picture.Height);
        var (offsets, lengths) = (new List<uint>(), new List<uint>());
        var row = new byte[stride];
        for (var y = 0; y < picture.Height; y += rows)
        {
            offsets.Add(Position());
            using (var zlib = new ZLibStream(_stream, CompressionLevel.Optimal, leaveOpen: true))
            {
                for (var i = y; i < Math.Min(y + rows, picture.Height); i++)
                {
                    Predict(picture, i, row);
                    zlib.Write(row);
                }
            }

            lengths.Add(Position() - offsets[^1]);
        }

        Add(273, offsets);
        Add(279, lengths);
        Add(278, Long, (uint)rows);
    }

    // Differences to the previous sample, channel by channel, in the file's byte order.
    private void Predict(Picture picture, int y, byte[] row)
    {
        var step = picture.Channels;
        if (picture.BitDepth == 8)
        {
            var samples = picture.Row8(y);
            for (var i = 0; i < samples.Length; i++)
                row[i] = (byte)(samples[i] - (i < step ? 0 : samples[i - step]));
            return;
        }

        var source = picture.Row16(y);
        var target = MemoryMarshal.Cast<byte, ushort>(row.AsSpan());
        for (var i = 0; i < source.Length; i++)
        {
            var difference = (ushort)(source[i] - (i < step ? 0 : source[i - step]));
            target[i] = _bigEndian == BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness(difference) : difference;
        }
    }

    private void Describe(Picture picture)
    {
        Add(256, Long, (uint)picture.Width);
        Add(257, Long, (uint)picture.Height);
        Add(258, Short, [.. Enumerable.Repeat(Bytes((ushort)picture.BitDepth), picture.Channels).SelectMany(bytes => bytes)], picture.Channels);
        Add(259, Short, 8); // Deflate
        Add(262, Short, picture.Layout.IsGray() ? 1u : 2u);
        Add(277, Short, (uint)picture.Channels);
        Add(284, Short, 1); // channels interleaved
        Add(317, Short, 2); // horizontal predictor
        if (picture.Layout.HasAlpha())
            Add(338, Short, 2); // straight alpha
    }

    private void Add(PictureMetadata metadata)
    {
        if (metadata.IccProfile is { } profile)
            Add(TiffTags.IccProfile, Undefined, profile, profile.Length);
        if (metadata.Xmp is { } xmp)
            Add(TiffTags.Xmp, Byte, xmp, xmp.Length);
        if (metadata.Iptc is { } iptc)
            Add(TiffTags.Iptc, Undefined, iptc, iptc.Length);
        if (PhotoshopBlock.Write(null, metadata.PhotoshopResources) is { } resources)
            Add(TiffTags.Photoshop, Byte, resources, resources.Length);
        if (metadata.Density is not { } density)
            return;
        Add(TiffTags.XResolution, Rational, Fraction(density.Horizontal), 1);
        Add(TiffTags.YResolution, Rational, Fraction(density.Vertical), 1);
        Add(TiffTags.ResolutionUnit, Short, 2);
    }

    private byte[] Fraction(double value)
    {
        const uint denominator = 1000;
        return [.. Bytes((uint)Math.Clamp(Math.Round(value * denominator), 1, uint.MaxValue)), .. Bytes(denominator)];
    }

    private void Add(ushort tag, List<uint> values) => Add(tag, Long, [.. values.SelectMany(Bytes)], values.Count);

    private void Add(ushort tag, ushort type, uint value) => Add(tag, type, type == Short ? Bytes((ushort)value) : Bytes(value), 1);

    // Values of up to four bytes are stored in the entry, longer ones elsewhere.
    private void Add(ushort tag, ushort type, byte[] value, int count)
    {
        var place = Bytes(0u);
        if (value.Length > place.Length)
        {
            Align();
            place = Bytes(Position());
            _stream.Write(value);
        }
        else
        {
            value.CopyTo(place, 0);
        }

        _entries[tag] = [.. Bytes(tag), .. Bytes(type), .. Bytes((uint)count), .. place];
    }

    private void WriteDirectory()
    {
        Align();
        var directory = Position();
        _stream.Write(Bytes((ushort)_entries.Count));
        foreach (var entry in _entries.Values)
            _stream.Write(entry);
        _stream.Write(Bytes(0u));
        var end = _start + Position();
        _stream.Position = _start + 4;
        _stream.Write(Bytes(directory));
        _stream.Position = end;
    }

    private void Align()
    {
        if (Position() % 2 != 0)
            _stream.WriteByte(0);
    }

    private uint Position() => _stream.Position - _start is var position and <= uint.MaxValue
        ? (uint)position
        : throw new PictureFormatException("A TIFF can be at most 4 GB. Write PNG, or a smaller picture.");

    private byte[] Bytes(uint value)
    {
        var bytes = new byte[4];
        if (_bigEndian)
            BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
        else
            BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
        return bytes;
    }

    private byte[] Bytes(ushort value) => _bigEndian ? [(byte)(value >> 8), (byte)value] : [(byte)value, (byte)(value >> 8)];

    private ushort Read16(ReadOnlySpan<byte> bytes) => _bigEndian ? BinaryPrimitives.ReadUInt16BigEndian(bytes) : BinaryPrimitives.ReadUInt16LittleEndian(bytes);

    private uint Read32(ReadOnlySpan<byte> bytes) => _bigEndian ? BinaryPrimitives.ReadUInt32BigEndian(bytes) : BinaryPrimitives.ReadUInt32LittleEndian(bytes);
}
