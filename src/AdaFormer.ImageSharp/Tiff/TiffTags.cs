namespace AdaFormer.ImageSharp.Tiff;

/// <summary>A TIFF's tags (TIFF 6.0): those that say how a picture is stored, and those that describe it, as EXIF does.</summary>
internal static class TiffTags
{
    public const ushort SubfileType = 254, Width = 256, Height = 257, BitsPerSample = 258, Compression = 259, Photometric = 262, FillOrder = 266;
    public const ushort StripOffsets = 273, SamplesPerPixel = 277, RowsPerStrip = 278, StripByteCounts = 279, PlanarConfiguration = 284, FaxOptions = 292, Fax4Options = 293;
    public const ushort Predictor = 317, ColorMap = 320, TileWidth = 322, TileHeight = 323, TileOffsets = 324, TileByteCounts = 325, SubDirectories = 330, InkSet = 332, ExtraSamples = 338, SampleFormat = 339;
    public const ushort JpegTables = 347, Subsampling = 530, RawVersion = 50706;
    public const ushort XResolution = 282, YResolution = 283, ResolutionUnit = 296, Xmp = 700, IccProfile = 34675, ExifDirectory = 34665, GpsDirectory = 34853, Iptc = 33723, Photoshop = 34377, InteroperabilityDirectory = 40965;

    private const ushort LastOfGps = 31, FirstOfExif = 33434, LastOfExif = 42240;

    // Document name, description, make, model, orientation, resolution, software, date, artist, host computer, rating, copyright, XP title to subject.
    private static readonly ushort[] OfTheFirstDirectory =
        [269, 270, 271, 272, 274, XResolution, YResolution, ResolutionUnit, 305, 306, 315, 316, 18246, 18249, 33432, 40091, 40092, 40093, 40094, 40095];

    /// <summary>The tags that say how pixels are stored, in order.</summary>
    public static ReadOnlySpan<ushort> OfStorage =>
    [
        Width, Height, BitsPerSample, Compression, Photometric, FillOrder, StripOffsets, SamplesPerPixel, RowsPerStrip, StripByteCounts, PlanarConfiguration, FaxOptions, Fax4Options,
        Predictor, ColorMap, TileWidth, TileHeight, TileOffsets, TileByteCounts, ExtraSamples, SampleFormat, JpegTables, 529, Subsampling, 531, 532,
    ];

    /// <summary>Whether a tag may be copied to another picture.</summary>
    public static bool Describes(ushort tag) =>
        Array.IndexOf(OfTheFirstDirectory, tag) >= 0
        || (tag is >= FirstOfExif and <= LastOfExif && tag is not (Iptc or Photoshop or IccProfile or ExifDirectory or GpsDirectory or InteroperabilityDirectory))
        || tag <= LastOfGps;
}
