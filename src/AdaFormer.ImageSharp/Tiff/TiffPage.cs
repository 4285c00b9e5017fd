using AdaFormer.ImageSharp.Jpeg;
using AdaFormer.Imaging;

namespace AdaFormer.ImageSharp.Tiff;

/// <summary>
/// How the first page of a TIFF is stored (TIFF 6.0, section 8). ImageSharp 2.1 reports it only after decoding, and must not be given some
/// pages; so every tag read here must be unique and unambiguous, or ImageSharp could interpret it differently.
/// </summary>
internal sealed class TiffPage
{
    private const ushort Width = 256, Height = 257, BitsPerSample = 258, CompressionTag = 259, Photometric = 262, StripOffsets = 273, SamplesPerPixel = 277, RowsPerStrip = 278, TileOffsets = 324;
    private const int PaletteColor = 3, Jpeg = 7, MaximumPaletteBits = 16;
    private static readonly ushort[] Tags = [Width, Height, BitsPerSample, CompressionTag, Photometric, StripOffsets, SamplesPerPixel, RowsPerStrip, TileOffsets];

    private readonly WatchedStream _stream;
    private readonly TiffFile _file;
    private readonly Dictionary<ushort, TiffEntry> _entries;

    /// <summary>Reads the first page's directory, and hides the following ones from ImageSharp, which reads them all before it decodes one.</summary>
    /// <param name="stream">The file.</param>
    /// <param name="maximumPixels">Maximum number of pixels of a page.</param>
    /// <exception cref="PictureFormatException">It is damaged, or stored in an unsupported way.</exception>
    public TiffPage(WatchedStream stream, long maximumPixels)
    {
        (_stream, _file) = (stream, new TiffFile(stream));
        _file.Entries(_file.FirstDirectory, out var end);
        stream.Hide(end, _file.OffsetLength);
        var entries = _file.AllEntries().Where(entry => Tags.Contains(entry.Tag)).ToArray();
        _entries = entries.DistinctBy(entry => entry.Tag).ToDictionary(entry => entry.Tag);
        if (_entries.Count < entries.Length)
            throw TiffFile.Damaged("it says twice how its first page is stored");
        Check(maximumPixels);
    }

    /// <summary>Whether a pixel is one sample of grey.</summary>
    public bool IsGray => First(SamplesPerPixel, otherwise: 1) == 1 && !HasPalette;

    /// <summary>Whether samples have more than 8 bits.</summary>
    public bool IsDeep => Bits > 8;

    private long Bits => First(BitsPerSample, otherwise: 1);

    private bool HasPalette => First(Photometric, otherwise: 0) == PaletteColor;

    private long Compression => First(CompressionTag, otherwise: 1);

    private void Check(long maximumPixels)
    {
        // ImageSharp would silently invert some and damage the last row of others.
        if (Compression is >= 2 and <= 4)
            throw new PictureFormatException("The TIFF is compressed as a fax, which is not supported. Convert it to PNG.");
        if (_entries.ContainsKey(TileOffsets))
            throw new PictureFormatException("The TIFF is stored in tiles, which are not supported. Save it in strips, or convert it to PNG.");
        if (!_entries.ContainsKey(BitsPerSample))
            throw new PictureFormatException("The TIFF does not say how many bits a sample has. Convert it to PNG.");
        // ImageSharp allocates as many palette colours as the bits can count.
        if (HasPalette && Bits > MaximumPaletteBits)
            throw TiffFile.Damaged($"its palette is for {Bits} bits");
        var (width, height) = (First(Width, otherwise: 0), First(Height, otherwise: 0));
        if (Compression == Jpeg)
            CheckStrips(width, height);
        // More rows than the page has, or no number, mean that all rows are in one strip; but ImageSharp allocates memory for them.
        if (First(RowsPerStrip, otherwise: 0) is var rows && rows > height && (Int128)rows * width > maximumPixels)
            _stream.Hide(_entries[RowsPerStrip].Place - _file.EntryLength + _file.OffsetLength, _file.EntryLength);
    }

    // ImageSharp would read any other strip as a picture of any kind, even as the TIFF that contains it, in an endless loop; a strip of any
    // size; and EXIF data of a strip, which may claim any memory.
    private void CheckStrips(long width, long height)
    {
        foreach (var offset in _entries.TryGetValue(StripOffsets, out var strips) ? _file.Numbers(strips) : [])
        {
            if (JpegSegments.Size(_stream, offset) is not { } size || size.Width > width || size.Height > height)
                throw TiffFile.Damaged($"its strip at byte {offset} is no JPEG, or larger than the page");
        }

        if (JpegMetadata.MayHaveExif(_stream))
            throw TiffFile.Damaged("a strip of its page has EXIF data of its own");
    }

    private long First(ushort tag, long otherwise) => _entries.TryGetValue(tag, out var entry) ? _file.Numbers(entry).First() : otherwise;
}
