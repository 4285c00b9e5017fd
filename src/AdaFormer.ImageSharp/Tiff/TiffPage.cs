using AdaFormer.Imaging;

namespace AdaFormer.ImageSharp.Tiff;

/// <summary>How a page of a TIFF is stored (TIFF 6.0, sections 3 to 8), read from its directory and checked before LibTiff.NET sees it.</summary>
internal sealed class TiffPage
{
    /// <summary>Values of <see cref="Photometric"/>.</summary>
    public const int WhiteIsZero = 0, BlackIsZero = 1, Rgb = 2, Palette = 3, Separated = 5, YCbCr = 6, CieLab = 8;

    /// <summary>Values of <see cref="Format"/>.</summary>
    public const int Unsigned = 1, Signed = 2, Float = 3;

    /// <summary>Values of <see cref="Alpha"/>.</summary>
    public const int NoAlpha = 0, Premultiplied = 1, Straight = 2;

    /// <summary>The compression by JPEG, each strip or tile a file without tables.</summary>
    public const int Jpeg = 7;

    private const int Uncompressed = 1, MaximumExtraSamples = 6, Reduced = 1, Mask = 4, Untyped = 4, Separate = 2, HorizontalPredictor = 2;
    private static readonly long[] ReadCompressions = [Uncompressed, 2, 3, 4, 5, Jpeg, 8, 32773, 32946, TiffZstandard.Compression];

    private static readonly Dictionary<long, string> OtherCompressions = new()
    {
        [6] = "by old-style JPEG", [34712] = "by JPEG 2000", [34925] = "by LZMA", [50001] = "by WebP", [50002] = "by JPEG XL", [52546] = "by JPEG XL",
    };

    private static readonly Dictionary<long, string> OtherColors = new()
    {
        [4] = "a transparency mask", [9] = "of CIE Lab as ICC stores it", [10] = "of ITU Lab", [32803] = "a sensor's raw data", [32844] = "of LogL", [32845] = "of LogLuv", [34892] = "a sensor's linear raw data",
    };

    private readonly TiffFile _file;
    private readonly Dictionary<ushort, TiffEntry> _entries;

    /// <summary>Reads a page's directory.</summary>
    /// <param name="file">The file.</param>
    /// <param name="directory">The directory's position.</param>
    /// <exception cref="PictureFormatException">It is damaged.</exception>
    public TiffPage(TiffFile file, long directory)
    {
        (_file, Entries) = (file, file.Entries(directory, out _));
        _entries = Entries.DistinctBy(entry => entry.Tag).ToDictionary(entry => entry.Tag);
    }

    /// <summary>All entries of the directory.</summary>
    public IReadOnlyList<TiffEntry> Entries { get; }

    /// <summary>Whether it is a smaller copy of another page, or a mask for one.</summary>
    public bool IsAuxiliary => (First(TiffTags.SubfileType, 0) & (Reduced | Mask)) != 0;

    /// <summary>Whether the page of a directory is a smaller copy of another, or a mask. One that cannot be read is taken for a page.</summary>
    public static bool IsAuxiliaryAt(TiffFile file, long directory)
    {
        try
        {
            return new TiffPage(file, directory).IsAuxiliary;
        }
        catch (PictureFormatException)
        {
            return false;
        }
    }

    /// <summary>Whether the file is a camera's raw data: DNG says so, others hide the photograph behind a thumbnail.</summary>
    public bool IsRaw => Has(TiffTags.RawVersion) || (IsAuxiliary && Has(TiffTags.SubDirectories));

    /// <summary>Width in pixels.</summary>
    public int Width { get; private set; }

    /// <summary>Height in pixels.</summary>
    public int Height { get; private set; }

    /// <summary>Bits of a sample.</summary>
    public int Bits { get; private set; }

    /// <summary>Samples of a pixel.</summary>
    public int Samples { get; private set; }

    /// <summary>What samples are: <see cref="Unsigned"/>, <see cref="Signed"/> or <see cref="Float"/>.</summary>
    public int Format { get; private set; }

    /// <summary>What the colours are, such as <see cref="Rgb"/>.</summary>
    public int Photometric { get; private set; }

    /// <summary>The compression's number.</summary>
    public int Compression { get; private set; }

    /// <summary>The samples of a pixel that are its colour; the others are alpha or something else.</summary>
    public int ColorSamples => Photometric switch { Rgb or YCbCr or CieLab => 3, Separated => 4, _ => 1 };

    /// <summary>What the first sample behind the colours is.</summary>
    public int Alpha { get; private set; }

    /// <summary>Whether each sample has a plane of its own.</summary>
    public bool IsPlanar => First(TiffTags.PlanarConfiguration, 1) == Separate && Samples > 1;

    /// <summary>Whether the page is stored in tiles instead of strips.</summary>
    public bool IsTiled => Has(TiffTags.TileOffsets) || Has(TiffTags.TileWidth);

    /// <summary>The palette's values, 16 bits each: all reds, all greens, all blues.</summary>
    public ushort[] Colors => _entries.TryGetValue(TiffTags.ColorMap, out var entry) && entry.Count == 3L << Bits
        ? [.. _file.Numbers(entry).Select(value => (ushort)value)]
        : throw TiffFile.Damaged($"its palette has not {3L << Bits} values");

    /// <summary>Whether LibTiff.NET leaves samples in the file's byte order, not the machine's: those of 16 bits in rows of one pixel that were predicted.</summary>
    public bool IsLeftInOtherOrder => Width == 1 && Bits == 16 && !IsTiled && First(TiffTags.Predictor, 1) == HorizontalPredictor && _file.IsBigEndian == BitConverter.IsLittleEndian;

    /// <summary>A tag's values as bytes; <see langword="null"/> if it is missing.</summary>
    public byte[]? BytesOf(ushort tag) => _entries.TryGetValue(tag, out var entry) && _file.Holds(entry) ? _file.Bytes(entry) : null;

    /// <summary>Reads how the page is stored.</summary>
    /// <param name="maximumPixels">Maximum number of pixels.</param>
    /// <param name="warnings">Collects what is missing, or not read.</param>
    /// <exception cref="PictureFormatException">It is damaged, too large, or stored in a way that is not supported.</exception>
    public void Read(long maximumPixels, ICollection<PictureWarning> warnings)
    {
        if (Entries.Where(entry => TiffTags.OfStorage.Contains(entry.Tag)).GroupBy(entry => entry.Tag).Any(same => same.Count() > 1))
            throw TiffFile.Damaged("it says twice how a page is stored");
        (Width, Height) = (Size(TiffTags.Width, "width"), Size(TiffTags.Height, "height"));
        PixelLimit.Check(Width, Height, maximumPixels);
        Samples = (int)First(TiffTags.SamplesPerPixel, 1);
        Bits = (int)First(TiffTags.BitsPerSample, 1);
        Format = (int)First(TiffTags.SampleFormat, Unsigned) is var format && format == Untyped ? Unsigned : format;
        Photometric = (int)First(TiffTags.Photometric, Samples >= 3 ? Rgb : BlackIsZero);
        Compression = (int)First(TiffTags.Compression, Uncompressed);
        CheckStorage();
        if (Samples > ColorSamples)
            ReadExtraSamples(warnings);
        CheckParts(warnings);
    }

    /// <summary>The entries that say how the page is stored, but for the lengths of its parts.</summary>
    public IEnumerable<TiffEntry> Storage => _entries.Values.Where(entry => TiffTags.OfStorage.Contains(entry.Tag) && entry.Tag != LengthsTag);

    /// <summary>The tag of the positions of the strips or tiles.</summary>
    public ushort OffsetsTag => IsTiled ? TiffTags.TileOffsets : TiffTags.StripOffsets;

    /// <summary>The positions of the strips or tiles.</summary>
    public IEnumerable<long> Offsets => _file.Numbers(_entries[OffsetsTag]);

    /// <summary>The most bytes that a strip or tile can have, decompressed.</summary>
    public long MaximumPartLength => (IsTiled ? First(TiffTags.TileWidth, 0) * First(TiffTags.TileHeight, 0) : (long)(Width + 7) * Height) * Samples * ((Bits + 7) / 8);

    /// <summary>The tag of the lengths of the strips or tiles.</summary>
    public ushort LengthsTag => IsTiled ? TiffTags.TileByteCounts : TiffTags.StripByteCounts;

    /// <summary>The lengths in bytes of the strips or tiles, as far as the file has them; at least 1, since LibTiff.NET would guess others for 0.</summary>
    public IEnumerable<long> Lengths => Parts.Select(part => Math.Clamp(part.Length, 1, Math.Max(_file.Length - part.Offset, 1)));

    // A file that does not say how long a part is has the rest of it.
    private IEnumerable<(long Offset, long Length)> Parts
    {
        get
        {
            return _entries.TryGetValue(LengthsTag, out var lengths) ? Offsets.Zip(_file.Numbers(lengths)) : Offsets.Select(offset => (offset, Math.Max(_file.Length - offset, 1)));
        }
    }

    private void CheckStorage()
    {
        if (Array.IndexOf(ReadCompressions, Compression) < 0)
            throw NotSupported($"is compressed {OtherCompressions.GetValueOrDefault(Compression, $"in a way with the number {Compression}")}", "Save it with LZW or Deflate");
        if (OtherColors.TryGetValue(Photometric, out var colors))
            throw NotSupported($"is {colors}", "Save it as RGB or grey");
        if (Photometric is not (WhiteIsZero or BlackIsZero or Rgb or Palette or Separated or YCbCr or CieLab))
            throw NotSupported($"has colours of a kind with the number {Photometric}", "Save it as RGB or grey");
        if (Photometric == Separated && First(TiffTags.InkSet, 1) != 1)
            throw NotSupported("has other inks than cyan, magenta, yellow and black", "Save it as RGB or grey");
        if (Samples < ColorSamples)
            throw TiffFile.Damaged($"a pixel has {Samples} samples, where its colours need {ColorSamples}");
        if (Samples > ColorSamples + MaximumExtraSamples)
            throw NotSupported($"has {Samples} samples a pixel", "Choose the channels that are its colours");
        if (Values(TiffTags.BitsPerSample).Any(bits => bits != Bits) || Values(TiffTags.SampleFormat).Any(format => format != First(TiffTags.SampleFormat, Unsigned)))
            throw NotSupported($"has samples of different kinds ({string.Join(", ", Values(TiffTags.BitsPerSample))} bits)", "Save it with equal ones");
        if (!(Format == Float ? Bits is 16 or 32 or 64 : Format is Unsigned or Signed && Bits is (>= 1 and <= 16) or 32))
            throw NotSupported($"has samples of {Bits} bits, {Format switch { Float => "floating-point", Signed => "signed", Unsigned => "unsigned", _ => "complex" }}", "Convert it to 8 or 16 bits");
        if (Photometric == Palette && (Samples != 1 || Bits > 16 || Format != Unsigned))
            throw TiffFile.Damaged($"it has a palette for {Samples} samples of {Bits} bits");
        if (Photometric is YCbCr or CieLab && (Bits != 8 || Samples != 3 || (IsPlanar && Compression == Jpeg)))
            throw NotSupported($"stores brightness and two differences of colour in {Samples} samples of {Bits} bits{(IsPlanar ? ", in planes" : "")}", "Save it as RGB");
        if (Compression == Jpeg && Bits != 8)
            throw NotSupported($"is compressed by JPEG of {Bits} bits", "Save it with LZW or Deflate");
    }

    private void ReadExtraSamples(ICollection<PictureWarning> warnings)
    {
        var first = (int)Values(TiffTags.ExtraSamples).FirstOrDefault();
        Alpha = first is Premultiplied or Straight ? first : NoAlpha;
        if (Samples - ColorSamples > (Alpha == NoAlpha ? 0 : 1))
            warnings.Add(new PictureWarning(PictureWarning.Samples, $"The TIFF has {Samples} samples a pixel; {Samples - ColorSamples - (Alpha == NoAlpha ? 0 : 1)} are neither colour nor alpha, and were left out."));
    }

    // Parts that are missing, or whose number does not fit the page, LibTiff.NET would make room for all the same.
    private void CheckParts(ICollection<PictureWarning> warnings)
    {
        var name = IsTiled ? "tile" : "strip";
        if (!_entries.TryGetValue(OffsetsTag, out var offsets))
            throw TiffFile.Damaged($"it does not say where its {name}s are");
        var needed = PartsOfAPlane() * (IsPlanar ? Samples : 1);
        if (offsets.Count < needed)
            throw TiffFile.Damaged($"it has {offsets.Count} {name}s and needs {needed}");
        if (_entries.TryGetValue(LengthsTag, out var lengths) && lengths.Count != offsets.Count)
            throw TiffFile.Damaged($"it has {offsets.Count} {name}s and {lengths.Count} lengths");
        var ends = Parts.Select((part, index) => (Number: index + 1, End: part.Offset + part.Length));
        if (ends.FirstOrDefault(part => part.End > _file.Length) is { Number: > 0 } first)
            warnings.Add(new PictureWarning(PictureWarning.MissingPixels, $"The TIFF's data end before its picture does: {name} {first.Number} of {offsets.Count} ends at byte {first.End} of {_file.Length}."));
    }

    private long PartsOfAPlane()
    {
        if (!IsTiled)
            return Count(Height, Math.Max(1, First(TiffTags.RowsPerStrip, long.MaxValue)));
        var (width, height) = (Size(TiffTags.TileWidth, "tiles' width"), Size(TiffTags.TileHeight, "tiles' height"));
        if (width % 16 != 0 || height % 16 != 0 || width > Width + 4096L || height > Height + 4096L)
            throw TiffFile.Damaged($"its tiles have {width}×{height} pixels");
        return Count(Width, width) * Count(Height, height);
    }

    private static long Count(long whole, long part) => ((whole - 1) / part) + 1;

    private int Size(ushort tag, string name) => First(tag, 0) is >= 1 and <= int.MaxValue and var size ? (int)size : throw TiffFile.Damaged($"its {name} is {First(tag, 0)}");

    private bool Has(ushort tag) => _entries.ContainsKey(tag);

    private long First(ushort tag, long otherwise) => _entries.TryGetValue(tag, out var entry) ? _file.Numbers(entry).First() : otherwise;

    private IEnumerable<long> Values(ushort tag) => _entries.TryGetValue(tag, out var entry) ? _file.Numbers(entry).Take(Samples) : [];

    private static PictureFormatException NotSupported(string what, string remedy) => new($"The TIFF {what}, which is not supported. {remedy}, or convert it to PNG.");
}
