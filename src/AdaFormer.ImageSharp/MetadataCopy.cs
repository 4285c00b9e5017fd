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

    /// <summary>Reads the metadata of an image.</summary>
    public static PictureMetadata From(Image image)
    {
        var file = image.Metadata;
        return new PictureMetadata
        {
            IccProfile = file.IccProfile?.ToByteArray(),
            Exif = file.ExifProfile?.ToByteArray() is { Length: > 0 } bytes ? bytes : null,
            Xmp = file.XmpProfile?.ToByteArray() is { Length: > 0 } xmp ? xmp : null,
            Density = DensityOf(file),
        };
    }

    /// <summary>Sets an image's profile, XMP and density. EXIF is left to the writers that keep it unchanged.</summary>
    public static void To(ImageMetadata target, PictureMetadata metadata)
    {
        target.IccProfile = metadata.IccProfile is null ? null : new IccProfile(metadata.IccProfile);
        target.XmpProfile = metadata.Xmp is null ? null : new XmpProfile(metadata.Xmp);
        var density = metadata.Density ?? (metadata.Exif is null ? null : TiffMetadata.DensityOf(metadata.Exif));
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
}
