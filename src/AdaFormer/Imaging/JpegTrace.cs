namespace AdaFormer.Imaging;

/// <summary>Evidence that a picture was saved as JPEG: from its file or its pixels.</summary>
public sealed record JpegTrace
{
    // From this quality on a model for clean pictures does as well, see docs/photo.md.
    private const int CleanQuality = 98;

    private JpegTrace(int? quality) => Quality = quality;

    /// <summary>The JPEG's quality, 1 to 100, from its quantization tables; <see langword="null"/> if only the pixels show that it was one.</summary>
    public int? Quality { get; }

    /// <summary>Whether enough was lost that a model for JPEG gives a better result.</summary>
    public bool IsLossy => Quality is not >= CleanQuality;

    /// <summary>
    /// Finds the evidence in a picture: the quality of the JPEG file that it was read from, else the grid of 8×8 pixels that JPEG leaves (Nikoukhah et al.
    /// 2021, doi:10.5201/ipol.2021.390), which resampling destroys and which is hardly visible from quality 98 on.
    /// </summary>
    /// <returns>The evidence; <see langword="null"/> if there is none.</returns>
    public static JpegTrace? Of(Picture picture)
    {
        ArgumentNullException.ThrowIfNull(picture);
        return OfFile(picture.Metadata) ?? OfPixels(new PictureRows(picture), picture.Metadata);
    }

    /// <summary>Evidence from the file; <see langword="null"/> if the pixels have to be analysed too: a JPEG of the best quality may be a copy of a worse one.</summary>
    internal static JpegTrace? OfFile(PictureMetadata metadata) => metadata.JpegQuality is < CleanQuality and var quality ? new JpegTrace(quality) : null;

    /// <summary>Evidence from the pixels.</summary>
    /// <param name="rows">The picture, whose rows are read.</param>
    /// <param name="metadata">The metadata of its file.</param>
    /// <param name="cancellationToken">Stops at the next row.</param>
    /// <exception cref="PictureFormatException">The data is damaged.</exception>
    internal static JpegTrace? OfPixels(IPictureRows rows, PictureMetadata metadata, CancellationToken cancellationToken = default) =>
        JpegGrid.Find(rows, cancellationToken) is not null ? new JpegTrace((int?)null) : metadata.JpegQuality is { } quality ? new JpegTrace(quality) : null;

    /// <summary>A description such as "it is a JPEG of quality 60".</summary>
    public override string ToString() => Quality switch
    {
        null => "its pixels show the 8×8 blocks of a JPEG",
        >= CleanQuality => $"it is a JPEG of quality {Quality}, which is as good as clean",
        _ => $"it is a JPEG of quality {Quality}",
    };
}
