using System.Globalization;
using AdaFormer.Imaging;

namespace AdaFormer.Evaluation.Metrics;

/// <summary>
/// How near an upscaled picture comes to its original, in one number. A new metric is one class, and one entry in <see cref="ImageMetrics.All"/>.
/// </summary>
public interface IImageMetric
{
    /// <summary>Its name in tables, such as <c>PSNR-Y</c>; what it measures on follows the hyphen.</summary>
    string Name { get; }

    /// <summary>Its name in JSON files and tables to be read by programs. Default: of <see cref="Name"/>, such as <c>psnr_y</c>.</summary>
    string Key => Name.ToLowerInvariant().Replace('-', '_');

    /// <summary>Its unit, such as <c>dB</c>; <see langword="null"/> for a plain number.</summary>
    string? Unit { get; }

    /// <summary>How many decimals are worth showing.</summary>
    int Decimals { get; }

    /// <summary>Pixels on each side that must be left where the border is cut. Default: 1.</summary>
    int SmallestSide => 1;

    /// <summary>A value as tables show it, without its unit and whatever the culture.</summary>
    string Format(double value) => value.ToString($"F{Decimals}", CultureInfo.InvariantCulture);

    /// <summary>Compares a picture with its original.</summary>
    /// <param name="original">The picture to reach.</param>
    /// <param name="upscaled">What is measured, as large as the original.</param>
    /// <param name="border">Pixels to cut from each side, by custom as many as the scale.</param>
    /// <exception cref="ArgumentException">The pictures cannot be compared, such as for their sizes, or the border leaves too little.</exception>
    double Measure(Picture original, Picture upscaled, int border);
}

/// <summary>
/// The metrics that evaluations report, as the super-resolution papers take them: on Y of ITU-R BT.601 (16 to 235, not rounded). A grey original
/// is taken as Y itself, and against one a colour picture's Y is measured; the other way round is refused. 16-bit samples count as 255/65535.
/// </summary>
public static class ImageMetrics
{
    /// <summary>Peak signal-to-noise ratio of Y in dB with a peak of 255; +∞ when the pictures are equal.</summary>
    public static IImageMetric Psnr { get; } = new Psnr();

    /// <summary>
    /// Structural similarity of Y (Wang et al. 2004): 11×11 Gaussian window with σ 1.5, K1 0.01, K2 0.03, L 255, the mean over all windows that
    /// lie within the picture, which needs 11×11 pixels. 1 when the pictures are equal.
    /// </summary>
    public static IImageMetric Ssim { get; } = new Ssim();

    /// <summary>All of them, in the order of their columns; the first is the one that models are ranked by.</summary>
    public static IReadOnlyList<IImageMetric> All { get; } = [Psnr, Ssim];
}
