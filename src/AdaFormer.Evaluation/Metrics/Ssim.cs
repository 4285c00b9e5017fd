using System.Numerics;
using System.Runtime.InteropServices;
using AdaFormer.Imaging;

namespace AdaFormer.Evaluation.Metrics;

internal sealed class Ssim : IImageMetric
{
    private const int WindowSide = 11;
    private const double Sigma = 1.5;
    private const double C1 = 0.01 * 255 * (0.01 * 255);
    private const double C2 = 0.03 * 255 * (0.03 * 255);

    private static readonly double[] Window = MakeWindow();

    public string Name => "SSIM-Y";

    public string? Unit => null;

    public int Decimals => 4;

    public int SmallestSide => WindowSide;

    public double Measure(Picture original, Picture upscaled, int border)
    {
        var (a, b) = LumaPlane.Of(original, upscaled, border, WindowSide);
        var (width, height) = (a.Width - WindowSide + 1, a.Height - WindowSide + 1);
        // Summed in row order: the result does not depend on the number of threads.
        var sums = new double[height];
        Parallel.For(0, height, () => new Moments(a.Width), (y, _, moments) =>
        {
            sums[y] = moments.SumOfRow(a, b, y, width);
            return moments;
        }, _ => { });
        return sums.Sum() / ((long)width * height);
    }

    private static double[] MakeWindow()
    {
        var window = Enumerable.Range(-WindowSide / 2, WindowSide).Select(i => Math.Exp(-i * i / (2 * Sigma * Sigma))).ToArray();
        var sum = window.Sum();
        return window.Select(value => value / sum).ToArray();
    }

    /// <summary>The windowed means of a, b, a², b² and ab along one row of windows.</summary>
    private sealed class Moments(int width)
    {
        private readonly double[][] _columns = [.. Enumerable.Range(0, 5).Select(_ => new double[width])];
        private readonly double[][] _means = [.. Enumerable.Range(0, 5).Select(_ => new double[width])];

        public double SumOfRow(LumaPlane a, LumaPlane b, int y, int count)
        {
            SumColumns(a, b, y);
            for (var i = 0; i < _means.Length; i++)
                SumAlong(_columns[i], _means[i].AsSpan(0, count));
            var (meanA, meanB, squareA, squareB, product) = (_means[0], _means[1], _means[2], _means[3], _means[4]);
            var sum = 0.0;
            for (var x = 0; x < count; x++)
            {
                var (aa, bb, ab) = (meanA[x] * meanA[x], meanB[x] * meanB[x], meanA[x] * meanB[x]);
                var contrast = (2 * (product[x] - ab) + C2) / (squareA[x] - aa + (squareB[x] - bb) + C2);
                sum += (2 * ab + C1) / (aa + bb + C1) * contrast;
            }

            return sum;
        }

        private void SumColumns(LumaPlane a, LumaPlane b, int y)
        {
            // The last vector overlaps the previous one; a plane is at least a window wide, which is more than a vector.
            var last = a.Width - Vector<double>.Count;
            for (var x = 0; x < a.Width; x += Vector<double>.Count)
                SumColumns(a.Values, b.Values, y * a.Width + Math.Min(x, last), a.Width, Math.Min(x, last));
        }

        private void SumColumns(double[] a, double[] b, int start, int stride, int x)
        {
            var (meanA, meanB) = (Vector<double>.Zero, Vector<double>.Zero);
            var (squareA, squareB, product) = (Vector<double>.Zero, Vector<double>.Zero, Vector<double>.Zero);
            foreach (var weight in Window)
            {
                var (valueA, valueB) = (new Vector<double>(a, start), new Vector<double>(b, start));
                var (weightedA, weightedB) = (valueA * weight, valueB * weight);
                meanA += weightedA;
                meanB += weightedB;
                squareA += weightedA * valueA;
                squareB += weightedB * valueB;
                product += weightedA * valueB;
                start += stride;
            }

            meanA.CopyTo(_columns[0], x);
            meanB.CopyTo(_columns[1], x);
            squareA.CopyTo(_columns[2], x);
            squareB.CopyTo(_columns[3], x);
            product.CopyTo(_columns[4], x);
        }

        private static void SumAlong(ReadOnlySpan<double> columns, Span<double> means)
        {
            means.Clear();
            for (var k = 0; k < WindowSide; k++)
            {
                var shifted = columns.Slice(k, means.Length);
                var weight = Window[k];
                var vectors = MemoryMarshal.Cast<double, Vector<double>>(means);
                for (var i = 0; i < vectors.Length; i++)
                    vectors[i] += new Vector<double>(shifted[(i * Vector<double>.Count)..]) * weight;
                for (var x = vectors.Length * Vector<double>.Count; x < means.Length; x++)
                    means[x] += shifted[x] * weight;
            }
        }
    }
}
