using AdaFormer.ImageSharp.Tiff;
using AdaFormer.Imaging;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.Metadata;
using SixLabors.ImageSharp.Metadata.Profiles.Icc;
using SixLabors.ImageSharp.Metadata.Profiles.Xmp;

namespace AdaFormer.ImageSharp;

/// <summary>Copies metadata between ImageSharp and pictures.</summary>
internal static class MetadataCopy
{
    private const double InchesPerMetre = 1 / 0.0254;
    private const double CentimetresPerInch = 2.54;
    private const int CentimetreUnit = 3;

    /// <summary>Reads the metadata of an image. TIFF has it with the page, among tags that describe how the page is stored.</summary>
    public static PictureMetadata From(Image image)
    {
        var (file, page) = (image.Metadata, image.Frames.RootFrame.Metadata);
        var (iptc, resources) = PhotoshopBlock.Read(Bytes(TiffTags.Photoshop));
        return new PictureMetadata
        {
            IccProfile = (file.IccProfile ?? page.IccProfile)?.ToByteArray(),
            Exif = (file.ExifProfile is { } exif ? exif : TiffTags.Describing(page.ExifProfile))?.ToByteArray() is { Length: > 0 } bytes ? bytes : null,
            Xmp = (file.XmpProfile ?? page.XmpProfile)?.ToByteArray() is { Length: > 0 } xmp ? xmp : null,
            Iptc = Bytes(TiffTags.Iptc) ?? iptc,
            PhotoshopResources = resources,
            Density = DensityOf(file),
        };

        byte[]? Bytes(ushort tag) => page.ExifProfile?.Values.FirstOrDefault(value => (ushort)value.Tag == tag)?.GetValue() as byte[];
    }

    /// <summary>Sets an image's profile, XMP and density. EXIF is left to the writers that keep it unchanged.</summary>
    public static void To(ImageMetadata target, PictureMetadata metadata)
    {
        target.IccProfile = metadata.IccProfile is null ? null : new IccProfile(metadata.IccProfile);
        target.XmpProfile = metadata.Xmp is null ? null : new XmpProfile(metadata.Xmp);
        var density = metadata.Density ?? (metadata.Exif is null ? null : DensityOf(metadata.Exif));
        target.ResolutionUnits = density is null ? PixelResolutionUnit.AspectRatio : PixelResolutionUnit.PixelsPerInch;
        target.HorizontalResolution = density?.Horizontal ?? 1;
        target.VerticalResolution = density?.Vertical ?? 1;
    }

    private static PixelDensity? DensityOf(ImageMetadata metadata)
    {
        var (x, y) = (metadata.HorizontalResolution, metadata.VerticalResolution);
        PixelDensity? density = metadata.ResolutionUnits switch
        {
            PixelResolutionUnit.PixelsPerInch => new PixelDensity(x, y),
            PixelResolutionUnit.PixelsPerCentimeter => new PixelDensity(x * CentimetresPerInch, y * CentimetresPerInch),
            PixelResolutionUnit.PixelsPerMeter => new PixelDensity(x / InchesPerMetre, y / InchesPerMetre),
            _ => null,
        };

        // ImageSharp's default for a file without density, rounded to whole pixels per metre.
        return density is { } said && Math.Round(said.Horizontal, 1) == ImageMetadata.DefaultHorizontalResolution && Math.Round(said.Vertical, 1) == ImageMetadata.DefaultVerticalResolution
            ? null
            : density;
    }

    /// <summary>The print density in EXIF data, read without ImageSharp; <see langword="null"/> if it has none.</summary>
    public static PixelDensity? DensityOf(byte[] exif)
    {
        try
        {
            var file = new TiffFile(new MemoryStream(exif));
            var entries = file.Entries(file.FirstDirectory, out _);
            var factor = Value(TiffTags.ResolutionUnit) == CentimetreUnit ? CentimetresPerInch : 1;
            var (horizontal, vertical) = (Value(TiffTags.XResolution) * factor ?? 0, Value(TiffTags.YResolution) * factor ?? 0);
            return horizontal > 0 && vertical > 0 && double.IsFinite(horizontal + vertical) ? new PixelDensity(horizontal, vertical) : null;

            double? Value(ushort tag) => entries.Find(entry => entry.Tag == tag) is { Count: 1 } entry ? file.Value(entry) : null;
        }
        catch (PictureFormatException)
        {
            return null;
        }
    }
}
