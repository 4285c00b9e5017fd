using AdaFormer.Imaging;

namespace AdaFormer.Metrics;

/// <summary>
/// How the super-resolution papers measure: on Y of ITU-R BT.601 (16..235, not rounded) after cutting a border, by custom as wide as the
/// scale. A gray reference is taken as Y itself, and against one a colour picture's Y is measured. 16-bit samples count as 255/65535.
/// </summary>
public static class ImageQuality
{
    /// <summary>Peak signal-to-noise ratio of Y in dB with a peak of 255; +∞ when the pictures are equal.</summary>
    /// <param name="reference">The original.</param>
    /// <param name="picture">What is measured, as large as the original.</param>
    /// <param name="border">Pixels to cut from each side.</param>
    /// <exception cref="ArgumentException">The sizes differ, the border leaves nothing, or a gray picture is measured against a colour one.</exception>
    public static double PsnrY(Picture reference, Picture picture, int border)
    {
        var (a, b) = Luma(reference, picture, border, smallest: 1);
        var sum = 0.0;
        for (var y = 0; y < a.Height; y++)
            sum += SumOfSquares(a.Row(y), b.Row(y));
        return sum == 0 ? double.PositiveInfinity : 10 * Math.Log10(255.0 * 255 * a.Values.Length / sum);
    }

    /// <summary>
    /// Structural similarity of Y (Wang et al. 2004): 11×11 Gaussian window with σ 1.5, K1 0.01, K2 0.03, L 255,
    /// the mean over all windows that lie within the picture. 1 when the pictures are equal.
    /// </summary>
    /// <param name="reference">The original.</param>
    /// <param name="picture">What is measured, as large as the original.</param>
    /// <param name="border">Pixels to cut from each side.</param>
    /// <exception cref="ArgumentException">The sizes differ, less than 11×11 pixels are left, or a gray picture is measured against a colour one.</exception>
    public static double SsimY(Picture reference, Picture picture, int border)
    {
        var (a, b) = Luma(reference, picture, border, StructuralSimilarity.WindowSide);
        return StructuralSimilarity.Mean(a, b);
    }

    private static (LumaPlane Reference, LumaPlane Picture) Luma(Picture reference, Picture picture, int border, int smallest)
    {
        ArgumentNullException.ThrowIfNull(reference);
        ArgumentNullException.ThrowIfNull(picture);
        ArgumentOutOfRangeException.ThrowIfNegative(border);
        if ((picture.Width, picture.Height) != (reference.Width, reference.Height))
        {
            throw new ArgumentException(
                $"The picture has {picture.Width}×{picture.Height} pixels, expected the reference's {reference.Width}×{reference.Height}. "
                + "Crop the larger one.", nameof(picture));
        }

        if (picture.Layout.IsGray() && !reference.Layout.IsGray())
            throw new ArgumentException("The picture is gray and the reference is not; gray values are not Y. Convert the picture to RGB.", nameof(picture));
        if (Math.Min(picture.Width, picture.Height) - 2L * border < smallest)
        {
            throw new ArgumentException(
                $"{picture.Width}×{picture.Height} pixels less a border of {border} are too few, expected at least {smallest}×{smallest}. "
                + "Take a larger picture or a smaller border.", nameof(border));
        }

        return (new LumaPlane(reference, border), new LumaPlane(picture, border));
    }

    private static double SumOfSquares(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        var sum = 0.0;
        for (var x = 0; x < a.Length; x++)
            sum += (a[x] - b[x]) * (a[x] - b[x]);
        return sum;
    }
}
