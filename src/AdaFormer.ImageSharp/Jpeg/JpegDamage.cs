using AdaFormer.Imaging;
using BitMiracle.LibJpeg.Classic;

namespace AdaFormer.ImageSharp.Jpeg;

/// <summary>Makes warnings of what libjpeg meets in a JPEG's data: each kind once, with the first place.</summary>
/// <param name="libjpeg">Where it stands.</param>
/// <param name="groupHeight">The height of a row of its units in pixels.</param>
/// <param name="warnings">Collects the warnings.</param>
internal sealed class JpegDamage(jpeg_decompress_struct libjpeg, int groupHeight, ICollection<PictureWarning> warnings)
{
    public void Add(J_MESSAGE_CODE code)
    {
        switch (code)
        {
            case J_MESSAGE_CODE.JWRN_HIT_MARKER:
                Missing($"The JPEG's data end before its picture does: {Place} pixels are missing.");
                break;
            case J_MESSAGE_CODE.JWRN_HUFF_BAD_CODE or J_MESSAGE_CODE.JWRN_MUST_RESYNC:
                Missing($"The JPEG's data are damaged: {Place} pixels are wrong or missing.");
                break;
            case J_MESSAGE_CODE.JWRN_EXTRANEOUS_DATA when !Has(PictureWarning.ExtraData):
                warnings.Add(new PictureWarning(PictureWarning.ExtraData, "The JPEG has data between its segments that belong to nothing. Look whether the picture is damaged."));
                break;
        }
    }

    /// <summary>The file has no end mark, so a progressive one may lack scans.</summary>
    public void AddEnd()
    {
        if (libjpeg.Coef_bits is not null && IsCoarse())
            Missing("The JPEG's data end before its picture does: fine detail is missing.");
        if (!Has(PictureWarning.MissingPixels))
            warnings.Add(new PictureWarning(PictureWarning.NoEndMark, "The JPEG has no end mark. No pixel is missing."));
    }

    // For each component and coefficient: the bits still to come, or -1 if nothing came.
    private bool IsCoarse() => libjpeg.Coef_bits.Take(libjpeg.Num_components).Any(bits => bits.Any(left => left != 0));

    private string Place => $"{(libjpeg.Input_scan_number > 1 ? $"in scan {libjpeg.Input_scan_number} " : "")}from row {Math.Min(libjpeg.Input_iMCU_row * groupHeight, libjpeg.Image_height - 1)} of {libjpeg.Image_height} on";

    private void Missing(string message)
    {
        if (!Has(PictureWarning.MissingPixels))
            warnings.Add(new PictureWarning(PictureWarning.MissingPixels, message));
    }

    private bool Has(string code) => warnings.Any(warning => warning.Code == code);
}
