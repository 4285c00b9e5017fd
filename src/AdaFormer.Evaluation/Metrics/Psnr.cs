using AdaFormer.Imaging;

namespace AdaFormer.Evaluation.Metrics;

internal sealed class Psnr : IImageMetric
{
    public string Name => "PSNR-Y";

    public string Unit => "dB";

    public int Decimals => 2;

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
