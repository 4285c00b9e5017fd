using System.Buffers.Binary;
using System.IO.Compression;
using System.Runtime.InteropServices;
using AdaFormer.Imaging;

namespace AdaFormer.ImageSharp.Tiff;

/// <summary>Writes a page row by row: Deflate with predictor, in strips of about 256 KB; then its directory.</summary>
internal sealed class TiffPageWriter : IPictureSink
{
    private const int StripLength = 1 << 18, Deflate = 8, Straight = 2;
    private readonly TiffWriter _file;
    private readonly PictureInfo _info;
    private readonly SortedDictionary<ushort, byte[]> _entries = [];
    private readonly List<uint> _offsets = [];
    private readonly List<uint> _lengths = [];
    private readonly int _rowsPerStrip;
    private readonly byte[] _row;
    private ZLibStream? _strip;
    private int _next;

    /// <param name="file">The file.</param>
    /// <param name="info">The page, with metadata that fit it.</param>
    /// <param name="exif">The entries of the page's EXIF data, whose values are in the file.</param>
    public TiffPageWriter(TiffWriter file, PictureInfo info, IEnumerable<(ushort Tag, byte[] Entry)> exif)
    {
        (_file, _info) = (file, info);
        foreach (var (tag, entry) in exif)
            _entries[tag] = entry;
        _row = new byte[checked(info.Width * (int)info.Layout * info.BitDepth / 8)];
        _rowsPerStrip = Math.Clamp(StripLength / _row.Length, 1, info.Height);
    }

    public void WriteRow(Picture source, int y)
    {
        if (_next == _info.Height)
            throw new InvalidOperationException($"All {_info.Height} rows have been written.");
        if (_next % _rowsPerStrip == 0)
        {
            EndStrip();
            _offsets.Add(_file.Position);
            _strip = new ZLibStream(_file.Stream, CompressionLevel.Optimal, leaveOpen: true);
        }

        Predict(source, y);
        _strip!.Write(_row);
        _next++;
    }

    public void Complete()
    {
        if (_next != _info.Height)
            throw new InvalidOperationException($"{_next} of {_info.Height} rows have been written; write the others first.");
        EndStrip();
        Add(TiffTags.StripOffsets, _offsets);
        Add(TiffTags.StripByteCounts, _lengths);
        Add(TiffTags.RowsPerStrip, TiffEntry.Long, (uint)_rowsPerStrip);
        Describe();
        Add(_info.Metadata);
        _file.WriteDirectory(_entries.Values);
    }

    public void Dispose() => _strip?.Dispose();

    private void EndStrip()
    {
        if (_strip is null)
            return;
        _strip.Dispose();
        _strip = null;
        _lengths.Add(_file.Position - _offsets[^1]);
    }

    // Differences to the previous sample, channel by channel, in the file's byte order.
    private void Predict(Picture picture, int y)
    {
        var step = picture.Channels;
        if (picture.BitDepth == 8)
        {
            var samples = picture.Row8(y);
            for (var i = 0; i < samples.Length; i++)
                _row[i] = (byte)(samples[i] - (i < step ? 0 : samples[i - step]));
            return;
        }

        var source = picture.Row16(y);
        var target = MemoryMarshal.Cast<byte, ushort>(_row.AsSpan());
        for (var i = 0; i < source.Length; i++)
        {
            var difference = (ushort)(source[i] - (i < step ? 0 : source[i - step]));
            target[i] = _file.IsBigEndian == BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness(difference) : difference;
        }
    }

    private void Describe()
    {
        var channels = (int)_info.Layout;
        Add(TiffTags.Width, TiffEntry.Long, (uint)_info.Width);
        Add(TiffTags.Height, TiffEntry.Long, (uint)_info.Height);
        Add(TiffTags.BitsPerSample, TiffEntry.Short, channels, [.. Enumerable.Repeat(_file.Bytes((ushort)_info.BitDepth), channels).SelectMany(bytes => bytes)]);
        Add(TiffTags.Compression, TiffEntry.Short, Deflate);
        Add(TiffTags.Photometric, TiffEntry.Short, _info.Layout.IsGray() ? (uint)TiffPage.BlackIsZero : TiffPage.Rgb);
        Add(TiffTags.SamplesPerPixel, TiffEntry.Short, (uint)channels);
        Add(TiffTags.PlanarConfiguration, TiffEntry.Short, 1); // channels interleaved
        Add(TiffTags.Predictor, TiffEntry.Short, 2); // horizontal
        if (_info.Layout.HasAlpha())
            Add(TiffTags.ExtraSamples, TiffEntry.Short, Straight);
    }

    private void Add(PictureMetadata metadata)
    {
        if (metadata.IccProfile is { } profile)
            Add(TiffTags.IccProfile, TiffEntry.Undefined, profile.Length, profile);
        if (metadata.Xmp is { } xmp)
            Add(TiffTags.Xmp, TiffEntry.Byte, xmp.Length, xmp);
        if (metadata.Iptc is { } iptc)
            Add(TiffTags.Iptc, TiffEntry.Undefined, iptc.Length, iptc);
        if (metadata.PhotoshopResources is { } resources)
            Add(TiffTags.Photoshop, TiffEntry.Byte, resources.Length, resources);
        if (metadata.Density is not { } density)
            return;
        Add(TiffTags.XResolution, TiffEntry.Rational, 1, Fraction(density.Horizontal));
        Add(TiffTags.YResolution, TiffEntry.Rational, 1, Fraction(density.Vertical));
        Add(TiffTags.ResolutionUnit, TiffEntry.Short, 2);
    }

    private byte[] Fraction(double value)
    {
        const uint denominator = 1000;
        return [.. _file.Bytes((uint)Math.Clamp(Math.Round(value * denominator), 1, uint.MaxValue)), .. _file.Bytes(denominator)];
    }

    private void Add(ushort tag, List<uint> values) => Add(tag, TiffEntry.Long, values.Count, [.. values.SelectMany(_file.Bytes)]);

    private void Add(ushort tag, ushort type, uint value) => Add(tag, type, 1, type == TiffEntry.Short ? _file.Bytes((ushort)value) : _file.Bytes(value));

    private void Add(ushort tag, ushort type, int count, byte[] value) => _entries[tag] = _file.Entry(tag, type, count, value);
}
