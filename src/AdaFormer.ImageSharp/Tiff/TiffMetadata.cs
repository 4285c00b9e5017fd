using AdaFormer.Imaging;

namespace AdaFormer.ImageSharp.Tiff;

/// <summary>The metadata of a page. Its tags that describe the picture become EXIF data.</summary>
internal static class TiffMetadata
{
    private const int CentimetreUnit = 3;
    private const double CentimetresPerInch = 2.54;

    /// <summary>Reads the metadata of a page.</summary>
    /// <exception cref="PictureFormatException">The values of its directories together are far larger than the file, since they overlap.</exception>
    public static PictureMetadata Of(TiffFile file, TiffPage page)
    {
        var (iptc, resources) = PhotoshopBlock.Read(page.BytesOf(TiffTags.Photoshop));
        return new PictureMetadata
        {
            IccProfile = page.BytesOf(TiffTags.IccProfile),
            Xmp = page.BytesOf(TiffTags.Xmp),
            Iptc = page.BytesOf(TiffTags.Iptc) ?? iptc,
            PhotoshopResources = resources,
            Exif = Exif(file, page),
            Density = Density(file, page.Entries),
        };
    }

    /// <summary>The print density in EXIF data; <see langword="null"/> if it has none.</summary>
    public static PixelDensity? DensityOf(byte[] exif)
    {
        try
        {
            var file = new TiffFile(new MemoryStream(exif));
            return Density(file, file.Entries(file.FirstDirectory, out _));
        }
        catch (PictureFormatException)
        {
            return null;
        }
    }

    private static PixelDensity? Density(TiffFile file, IReadOnlyList<TiffEntry> entries)
    {
        var unit = Value(TiffTags.ResolutionUnit);
        var factor = unit == CentimetreUnit ? CentimetresPerInch : 1;
        var (horizontal, vertical) = (Value(TiffTags.XResolution) * factor ?? 0, Value(TiffTags.YResolution) * factor ?? 0);
        return unit != 1 && horizontal > 0 && vertical > 0 && double.IsFinite(horizontal + vertical) ? new PixelDensity(horizontal, vertical) : null;

        double? Value(ushort tag) => entries.FirstOrDefault(entry => entry.Tag == tag) is { Count: 1 } entry && file.Holds(entry) ? file.Value(entry) : null;
    }

    private static byte[]? Exif(TiffFile file, TiffPage page)
    {
        using var exif = new MemoryStream();
        var writer = new TiffWriter(exif);
        writer.Begin(file.IsBigEndian);
        var entries = TiffDirectory.Copy(file, page.Entries, writer);
        if (entries.Count == 0)
            return null;
        writer.WriteDirectory([.. entries.OrderBy(entry => entry.Tag).Select(entry => entry.Entry)]);
        return exif.ToArray();
    }
}
