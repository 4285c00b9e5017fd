using AdaFormer.Imaging;

namespace AdaFormer.ImageSharp;

/// <summary>What has to be known of EXIF data, read apart from ImageSharp.</summary>
internal static class ExifData
{
    private const double CentimetresPerInch = 2.54;
    private const int CentimetreUnit = 3;

    /// <summary>The printing density; <see langword="null"/> where none is said.</summary>
    public static PixelDensity? Density(byte[] exif)
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
