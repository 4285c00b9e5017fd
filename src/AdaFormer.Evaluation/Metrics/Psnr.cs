using AdaFormer.Imaging;

namespace AdaFormer.Evaluation.Metrics;

/// <summary>
/// Peak signal-to-noise ratio of Y in dB with a peak of 255, as the super-resolution papers measure it; +∞ when the pictures are equal. Y is
/// that of ITU-R BT.601 (16 to 235, not rounded). A grey original is taken as Y itself, and against one a colour picture's Y is measured.
/// 16-bit samples count as 255/65535.
/// </summary>
public sealed class Psnr : IImageMetric
{
    /// <inheritdoc/>
    public string Name => "PSNR-Y";

    /// <inheritdoc/>
    public string Unit => "dB";

    /// <inheritdoc/>
    public int Decimals => 2;

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The sizes differ, the border leaves nothing, or a grey picture is measured against a colour one.</exception>
    public double Measure(Picture original, Picture upscaled, int border)
    {
        var (a, b) = LumaPlane.Of(original, upscaled, border, smallest: 1);
        var sum = 0.0;
        for (var y = 0; y < a.Height; y++)
            sum += SumOfSquares(a.Row(y), b.Row(y));
        return sum == 0 ? double.PositiveInfinity : 10 * Math.Log10(255.0 * 255 * a.Values.Length / sum);
    }

    private static double SumOfSquares(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        var sum = 0.0;
        for (var x = 0; x < a.Length; x++)
            sum += (a[x] - b[x]) * (a[x] - b[x]);
        return sum;
    }
}
