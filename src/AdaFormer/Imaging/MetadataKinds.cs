namespace AdaFormer.Imaging;

/// <summary>Kinds of metadata for which not every format has a place.</summary>
[Flags]
public enum MetadataKinds
{
    /// <summary>None of these.</summary>
    None = 0,

    /// <summary>EXIF.</summary>
    Exif = 1,

    /// <summary>The XMP packet.</summary>
    Xmp = 2,

    /// <summary>IPTC, and Photoshop's other image resources.</summary>
    Iptc = 4,

    /// <summary>XMP that has no room in a JPEG's packet.</summary>
    ExtendedXmp = 8,

    /// <summary>A JPEG's comments.</summary>
    JpegComments = 16,

    /// <summary>A PNG's texts.</summary>
    PngTexts = 32,

    /// <summary>A PNG's colour information other than a profile, if it says another than sRGB.</summary>
    PngColors = 64,
}

/// <summary>What a picture's metadata are, and which formats keep them.</summary>
internal static class MetadataLosses
{
    private static readonly byte[] SrgbGamma = [0, 0, 0xB1, 0x8F], SrgbTransfer = [1, 13, 0, 1];

    // White, red, green and blue, in hundred-thousandths.
    private static readonly byte[] SrgbPrimaries = [.. new[] { 31270, 32900, 64000, 33000, 30000, 60000, 15000, 6000 }.SelectMany(number => new byte[] { 0, (byte)(number >> 16), (byte)(number >> 8), (byte)number })];

    private static readonly (MetadataKinds Kind, string Name, string Keepers)[] Names =
    [
        (MetadataKinds.Exif, "EXIF data", "PNG, TIFF, JPEG and WebP"), (MetadataKinds.Xmp, "XMP", "PNG, TIFF, JPEG and WebP"),
        (MetadataKinds.Iptc, "IPTC data or Photoshop's resources", "JPEG and TIFF"), (MetadataKinds.ExtendedXmp, "extended XMP", "JPEG"),
        (MetadataKinds.JpegComments, "a JPEG's comments", "JPEG and PNG"), (MetadataKinds.PngTexts, "a PNG's texts", "PNG"),
        (MetadataKinds.PngColors, "a PNG's gamma and primaries, without which colours look different", "PNG"),
    ];

    public static IEnumerable<PictureWarning> Of(PictureMetadata metadata, string format, MetadataKinds kept)
    {
        var lost = KindsOf(metadata) & ~kept;
        return from kind in Names
               where lost.HasFlag(kind.Kind)
               select new PictureWarning(PictureWarning.Metadata, $"{format} has no place for {kind.Name}, which were left out. {kind.Keepers} keep{(kind.Keepers.Contains(' ') ? "" : "s")} them.");
    }

    private static MetadataKinds KindsOf(PictureMetadata metadata) =>
        Kind(metadata.Exif is not null, MetadataKinds.Exif) | Kind(metadata.Xmp is not null, MetadataKinds.Xmp)
        | Kind(metadata.Iptc is not null || metadata.PhotoshopResources is not null, MetadataKinds.Iptc) | Kind(metadata.ExtendedXmp is not null, MetadataKinds.ExtendedXmp)
        | Kind(metadata.JpegComments.Count > 0, MetadataKinds.JpegComments) | Kind(metadata.PngTexts.Count > 0, MetadataKinds.PngTexts)
        | Kind(metadata.IccProfile is null && !IsSrgb(metadata.PngColors), MetadataKinds.PngColors);

    private static MetadataKinds Kind(bool isThere, MetadataKinds kind) => isThere ? kind : MetadataKinds.None;

    private static bool IsSrgb(IReadOnlyDictionary<string, byte[]> colors)
    {
        if (colors.TryGetValue("cICP", out var transfer))
            return transfer.AsSpan().SequenceEqual(SrgbTransfer);
        return colors.ContainsKey("sRGB") || (Is("gAMA", SrgbGamma) && Is("cHRM", SrgbPrimaries));

        bool Is(string chunk, byte[] srgb) => !colors.TryGetValue(chunk, out var said) || said.AsSpan().SequenceEqual(srgb);
    }
}
