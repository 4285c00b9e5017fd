using System.Globalization;
using AdaFormer.Imaging;

namespace AdaFormer.Evaluation.Metrics;

/// <summary>
/// Measures how close an upscaled picture is to its original. A new metric is one class, and one entry in <see cref="ImageMetrics.All"/>.
/// </summary>
public interface IImageMetric
{
    /// <summary>Its name in tables, such as <c>PSNR-Y</c>; the measured channel follows the hyphen.</summary>
    string Name { get; }

    /// <summary>Its name in JSON files and machine-readable tables. Default: derived from <see cref="Name"/>, such as <c>psnr_y</c>.</summary>
    string Key => Name.ToLowerInvariant().Replace('-', '_');

    /// <summary>Its unit, such as <c>dB</c>; <see langword="null"/> for a plain number.</summary>
    string? Unit { get; }

    /// <summary>Number of decimals to show.</summary>
    int Decimals { get; }

    /// <summary>Minimum side in pixels after the border is cut. Default: 1.</summary>
    int SmallestSide => 1;

    /// <summary>Formats a value, or a difference of two, for tables, without its unit and independent of the culture: ∞ where pictures are equal, and – where a difference to that is no number.</summary>
    string Format(double value) => double.IsPositiveInfinity(value) ? "∞" : double.IsFinite(value) ? value.ToString($"F{Decimals}", CultureInfo.InvariantCulture) : "–";

    /// <summary>Compares a picture with its original.</summary>
    /// <param name="original">The original.</param>
    /// <param name="upscaled">The upscaled picture, as large as the original.</param>
    /// <param name="border">Pixels to cut from each side, usually as many as the scale.</param>
    /// <exception cref="ArgumentException">The pictures cannot be compared, for example because of their sizes, or the border leaves too little.</exception>
    double Measure(Picture original, Picture upscaled, int border);
}

/// <summary>
/// The metrics of evaluations, as in the super-resolution papers: on Y of ITU-R BT.601 (16 to 235, not rounded). A grey original is
/// treated as Y itself, and compared with a colour picture's Y; the reverse is rejected. 16-bit samples count as 255/65535.
/// </summary>
public static class ImageMetrics
{
    /// <summary>Peak signal-to-noise ratio of Y in dB with a peak of 255; +∞ if the pictures are equal.</summary>
    public static IImageMetric Psnr { get; } = new Psnr();

    /// <summary>
    /// Structural similarity of Y (Wang et al. 2004): 11×11 Gaussian window with σ 1.5, K1 0.01, K2 0.03, L 255, the mean over all windows that
    /// lie within the picture, which needs 11×11 pixels. 1 if the pictures are equal.
    /// </summary>
    public static IImageMetric Ssim { get; } = new Ssim();

    /// <summary>All metrics, in column order; models are ranked by the first one.</summary>
    public static IReadOnlyList<IImageMetric> All { get; } = [Psnr, Ssim];
}
