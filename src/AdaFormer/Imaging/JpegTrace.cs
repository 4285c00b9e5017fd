namespace AdaFormer.Imaging;

/// <summary>What shows that a picture was saved as JPEG: the file that it comes from, or its pixels.</summary>
public sealed record JpegTrace
{
    // From here on a model for clean pictures does as well, see docs/photo.md.
    private const int CleanQuality = 98;

    private JpegTrace(int? quality) => Quality = quality;

    /// <summary>The JPEG's quality, 1 to 100, by its quantization tables; <see langword="null"/> where only the pixels show that there was one.</summary>
    public int? Quality { get; }

    /// <summary>Whether enough was lost that a model for JPEG makes more of it.</summary>
    public bool IsLossy => Quality is not >= CleanQuality;

    /// <summary>
    /// What shows of it in a picture: its file's quality where that was a JPEG, else the grid of 8×8 pixels that JPEG leaves (Nikoukhah et al.
    /// 2021, doi:10.5201/ipol.2021.390), which is lost when the picture is resampled, and hardly shows from quality 98 on.
    /// </summary>
    /// <returns><see langword="null"/>: nothing shows.</returns>
    public static JpegTrace? Of(Picture picture)
    {
        ArgumentNullException.ThrowIfNull(picture);
        return OfFile(picture.Metadata) ?? OfPixels(new PictureRows(picture), picture.Metadata);
    }

    /// <summary>What a file says; <see langword="null"/> where the pixels have to be looked at, too: a JPEG of the best quality may be a copy of a worse one.</summary>
    internal static JpegTrace? OfFile(PictureMetadata metadata) => metadata.JpegQuality is < CleanQuality and var quality ? new JpegTrace(quality) : null;

    /// <summary>What pixels show.</summary>
    /// <param name="rows">The picture, whose rows are read.</param>
    /// <param name="metadata">Its file's.</param>
    /// <param name="cancellationToken">Stops at the next row.</param>
    /// <exception cref="PictureFormatException">The data are damaged.</exception>
    internal static JpegTrace? OfPixels(IPictureRows rows, PictureMetadata metadata, CancellationToken cancellationToken = default) =>
        JpegGrid.Find(rows, cancellationToken) is not null ? new JpegTrace((int?)null) : metadata.JpegQuality is { } quality ? new JpegTrace(quality) : null;

    /// <summary>Such as "it is a JPEG of quality 60".</summary>
    public override string ToString() => Quality switch
    {
        null => "its pixels show the 8×8 blocks of a JPEG",
        >= CleanQuality => $"it is a JPEG of quality {Quality}, which is as good as clean",
        _ => $"it is a JPEG of quality {Quality}",
    };
}
