using AdaFormer.ImageSharp.Jpeg;
using AdaFormer.Imaging;

namespace AdaFormer.ImageSharp.Tiff;

/// <summary>
/// How the first page of a TIFF is stored (TIFF 6.0, section 8). ImageSharp 2.1 reports it only after decoding, and must not be given some
/// pages; so every tag read here must be unique and unambiguous, or ImageSharp could interpret it differently.
/// </summary>
internal sealed class TiffPage
{
    private const ushort Width = 256, Height = 257, BitsPerSample = 258, CompressionTag = 259, Photometric = 262, StripOffsets = 273, SamplesPerPixel = 277, RowsPerStrip = 278, StripByteCounts = 279, TileOffsets = 324, SampleFormat = 339;
    private const int PaletteColor = 3, Jpeg = 7, MaximumPaletteBits = 16, Unsigned = 1, Signed = 2, Float = 3, FloatBits = 32, GrayWithAlpha = 2;
    private static readonly long[] ReadCompressions = [1, 5, Jpeg, 8, 32773, 32946];

    private static readonly Dictionary<long, string> OtherCompressions = new()
    {
        [2] = "as a fax", [3] = "as a fax", [4] = "as a fax", [6] = "by old-style JPEG", [34712] = "by JPEG 2000", [34925] = "by LZMA", [50000] = "by Zstandard", [50001] = "by WebP", [50002] = "by JPEG XL",
    };

    private static readonly ushort[] Tags = [Width, Height, BitsPerSample, CompressionTag, Photometric, StripOffsets, SamplesPerPixel, RowsPerStrip, StripByteCounts, TileOffsets, SampleFormat];

    private readonly WatchedStream _stream;
    private readonly TiffFile _file;
    private readonly Dictionary<ushort, TiffEntry> _entries;

    /// <summary>Reads the first page's directory, and hides the following ones from ImageSharp, which reads them all before it decodes one.</summary>
    /// <param name="stream">The file.</param>
    /// <param name="maximumPixels">Maximum number of pixels of a page.</param>
    /// <param name="warnings">Collects what is missing or not read.</param>
    /// <exception cref="PictureFormatException">It is damaged, or stored in an unsupported way.</exception>
    public TiffPage(WatchedStream stream, long maximumPixels, ICollection<PictureWarning> warnings)
    {
        (_stream, _file) = (stream, new TiffFile(stream));
        _file.Entries(_file.FirstDirectory, out var end);
        if (_file.HasDirectoryAt(end))
            warnings.Add(new PictureWarning(PictureWarning.Pages, "The TIFF has more pages; only the first was read."));
        stream.Hide(end, _file.OffsetLength);
        var entries = _file.AllEntries().Where(entry => Tags.Contains(entry.Tag)).ToArray();
        _entries = entries.DistinctBy(entry => entry.Tag).ToDictionary(entry => entry.Tag);
        if (_entries.Count < entries.Length)
            throw TiffFile.Damaged("it says twice how its first page is stored");
        Check(maximumPixels);
        WarnOfMissingStrips(warnings);
    }

    /// <summary>The file with the bits of a sample said, which ImageSharp needs; <see langword="null"/> if it says them itself. The default is 1.</summary>
    public MemoryStream? WithBits() => _entries.ContainsKey(BitsPerSample) ? null : _file.With(BitsPerSample, 1);

    /// <summary>Whether a pixel is one sample of grey.</summary>
    public bool IsGray => First(SamplesPerPixel, otherwise: 1) == 1 && !HasPalette;

    /// <summary>Whether samples have more than 8 bits.</summary>
    public bool IsDeep => Bits > 8;

    private long Bits => First(BitsPerSample, otherwise: 1);

    private bool HasPalette => First(Photometric, otherwise: 0) == PaletteColor;

    private long Compression => First(CompressionTag, otherwise: 1);

    private void Check(long maximumPixels)
    {
        // ImageSharp would silently invert some faxes and damage the last row of others.
        if (!ReadCompressions.Contains(Compression))
            throw new PictureFormatException($"The TIFF is compressed {OtherCompressions.GetValueOrDefault(Compression, $"in a way with the number {Compression}")}, which is not supported. Save it with LZW or Deflate, or convert it to PNG.");
        var format = First(SampleFormat, otherwise: Unsigned);
        if (format == Signed || (format == Float && Bits != FloatBits))
            throw new PictureFormatException($"The TIFF has {(format == Float ? $"floating-point samples of {Bits} bits" : "signed samples")}, which are not supported. Convert it to 8 or 16 bits without sign.");
        if (First(SamplesPerPixel, otherwise: 1) == GrayWithAlpha)
            throw new PictureFormatException("The TIFF is grey with alpha, which is not supported. Save it as RGB with alpha, or convert it to PNG.");
        if (_entries.ContainsKey(TileOffsets))
            throw new PictureFormatException("The TIFF is stored in tiles, which are not supported. Save it in strips, or convert it to PNG.");
        if (!_entries.ContainsKey(BitsPerSample) && (_file.IsBig || First(SamplesPerPixel, otherwise: 1) != 1))
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

    private void WarnOfMissingStrips(ICollection<PictureWarning> warnings)
    {
        if (!_entries.TryGetValue(StripOffsets, out var offsets) || !_entries.TryGetValue(StripByteCounts, out var lengths))
            return;
        var strip = 0L;
        foreach (var (offset, length) in _file.Numbers(offsets).Zip(_file.Numbers(lengths)))
        {
            strip++;
            if (offset + length > _stream.Length)
            {
                warnings.Add(new PictureWarning(PictureWarning.MissingPixels, $"The TIFF's data end before its picture does: strip {strip} of {offsets.Count} ends at byte {offset + length} of {_stream.Length}."));
                return;
            }
        }
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
