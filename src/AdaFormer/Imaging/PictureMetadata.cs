using System.Buffers.Binary;

namespace AdaFormer.Imaging;

/// <summary>Metadata of a picture file, kept through upscaling and from one format to another as far as the target format supports it.</summary>
public sealed record PictureMetadata
{
    /// <summary>The ICC colour profile as in the file; <see langword="null"/> if there is none. It is kept, not applied.</summary>
    public byte[]? IccProfile { get; init; }

    /// <summary>The EXIF data, starting with its TIFF header; <see langword="null"/> if there is none.</summary>
    public byte[]? Exif { get; init; }

    /// <summary>The XMP packet, XML in UTF-8; <see langword="null"/> if there is none.</summary>
    public byte[]? Xmp { get; init; }

    /// <summary>
    /// What an XMP packet in a JPEG has no room for, as the file has it: the packet names it by its hash in <c>xmpNote:HasExtendedXMP</c>.
    /// Not supported by other formats.
    /// </summary>
    public byte[]? ExtendedXmp { get; init; }

    /// <summary>The IPTC data, as records of IIM; <see langword="null"/> if there are none. Supported by JPEG and TIFF.</summary>
    public byte[]? Iptc { get; init; }

    /// <summary>
    /// Photoshop's image resources other than IPTC that stay true of an upscaled picture: copyright, address and paths, each from its
    /// <c>8BIM</c> on; <see langword="null"/> if there are none. Supported by JPEG and TIFF.
    /// </summary>
    public byte[]? PhotoshopResources { get; init; }

    /// <summary>A JPEG's comments as in the file, in an encoding that it does not say. Written to JPEG, and to PNG as texts.</summary>
    public IReadOnlyList<byte[]> JpegComments { get; init; } = [];

    /// <summary>The print density; <see langword="null"/> if the file has none. Upscaling keeps it: a print becomes larger.</summary>
    public PixelDensity? Density { get; init; }

    /// <summary>A PNG's colour information other than a profile: the contents of its chunks cICP, sRGB, gAMA and cHRM by their names. Not supported by other formats.</summary>
    public IReadOnlyDictionary<string, byte[]> PngColors { get; init; } = new Dictionary<string, byte[]>();

    /// <summary>A PNG's texts, such as title, author or a program's parameters, in the file's order. Not supported by other formats.</summary>
    public IReadOnlyList<PngText> PngTexts { get; init; } = [];

    /// <summary>
    /// The quality, 1 to 100 by libjpeg's scale, of the JPEG that the pixels were read from, estimated from its quantization tables;
    /// <see langword="null"/> if that was not a JPEG. Upscaled pictures have none.
    /// </summary>
    public int? JpegQuality { get; init; }

    /// <summary>A warning for each kind that a format has no place for.</summary>
    /// <param name="format">The format's name.</param>
    /// <param name="kept">The kinds that it keeps.</param>
    public IEnumerable<PictureWarning> LossesIn(string format, MetadataKinds kept) => MetadataLosses.Of(this, format, kept);

    /// <summary>The EXIF orientation, 1 to 8; 1: upright. Read from <see cref="Exif"/>.</summary>
    public int Orientation => Exif is null ? ExifBlock.Upright : ExifBlock.Orientation(Exif);

    /// <summary>
    /// The metadata after the picture was rotated upright: orientation 1, in XMP too, and the densities swapped where rows became columns.
    /// EXIF's thumbnail, which would lie on its side, is dropped.
    /// </summary>
    public PictureMetadata Turned() => Orientation == ExifBlock.Upright ? this : this with
    {
        Exif = ExifBlock.MakeUpright(Exif!),
        Xmp = Xmp is null ? null : XmpBlock.MakeUpright(Xmp, Orientation >= ExifBlock.FirstOnItsSide),
        Density = Density is { } density && Orientation >= ExifBlock.FirstOnItsSide ? new PixelDensity(density.Vertical, density.Horizontal) : Density,
    };

    /// <summary>
    /// The metadata adapted to a picture of this size and layout: the pixel dimensions in EXIF and XMP are updated, and a colour profile for other channels
    /// is dropped, such as the CMYK profile of a JPEG that was decoded to RGB, or an RGB profile on a grey picture.
    /// </summary>
    /// <param name="width">Width in pixels.</param>
    /// <param name="height">Height in pixels.</param>
    /// <param name="layout">The channels.</param>
    public PictureMetadata For(int width, int height, PixelLayout layout) => this with
    {
        Exif = Exif is null ? null : ExifBlock.WithPixelSize(Exif, width, height),
        Xmp = Xmp is null ? null : XmpBlock.WithPixelSize(Xmp, width, height),
        IccProfile = IccProfile is not null && IccHeader.Fits(IccProfile, layout) ? IccProfile : null,
    };
}

/// <summary>A text chunk of a PNG.</summary>
/// <param name="Chunk">The chunk's type: tEXt, zTXt or iTXt.</param>
/// <param name="Content">Its content as in the file: keyword, 0, and the text as its type has it.</param>
public sealed record PngText(string Chunk, byte[] Content);

/// <summary>Print density of a picture.</summary>
/// <param name="Horizontal">Pixels per inch along a row.</param>
/// <param name="Vertical">Pixels per inch along a column.</param>
public readonly record struct PixelDensity(double Horizontal, double Vertical);

/// <summary>The header of an ICC profile (ICC.1:2022, 7.2).</summary>
internal static class IccHeader
{
    public const int Length = 128;

    /// <summary>The profile's length in bytes, from its first four bytes.</summary>
    public static uint ProfileLength(ReadOnlySpan<byte> header) => BinaryPrimitives.ReadUInt32BigEndian(header);

    /// <summary>Whether a profile matches a pixel layout.</summary>
    public static bool Fits(ReadOnlySpan<byte> profile, PixelLayout layout) =>
        profile.Length >= Length && profile.Slice(36, 4).SequenceEqual("acsp"u8)
        && profile.Slice(16, 4).SequenceEqual(layout.IsGray() ? "GRAY"u8 : "RGB "u8);
}
