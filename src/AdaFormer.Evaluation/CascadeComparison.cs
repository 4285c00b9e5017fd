using System.Diagnostics;
using AdaFormer.Evaluation.Metrics;
using AdaFormer.Imaging;

namespace AdaFormer.Evaluation;

/// <summary>Quality and time where a second model refines a share of each picture.</summary>
/// <param name="Share">The share that was asked for; <see langword="null"/>: the second model alone.</param>
/// <param name="Psnr">Mean PSNR on Y in dB.</param>
/// <param name="MillisecondsPerMegapixel">Time per million pixels of output: for every picture the median of the rounds.</param>
/// <param name="Kept">The share of the second model's gain in PSNR over the first that is kept, by the means over the pictures.</param>
/// <param name="Bound">The same if the cells were chosen by the true errors, and there were no borders.</param>
/// <param name="Random">The same if they were chosen at random.</param>
public sealed record CascadeResult(double? Share, double Psnr, double MillisecondsPerMegapixel, double Kept, double Bound, double Random);

/// <summary>Measures two models of one scale together, at several shares, in turns, so that other load on the machine affects all equally.</summary>
/// <param name="first">The model that all of a picture goes through.</param>
/// <param name="second">The model that refines.</param>
/// <param name="rounds">Number of timed runs per picture and share, at least 1.</param>
public sealed class CascadeComparison(UpscalingModel first, UpscalingModel second, int rounds = 3)
{
    private const int Seed = 1;

    /// <summary>The shares that are measured.</summary>
    public static IReadOnlyList<double> Shares { get; } = [0, 0.1, 0.25, 0.5, 0.75, 1];

    /// <summary>Measures pictures, which are downscaled by MATLAB's bicubic interpolation.</summary>
    /// <param name="pairs">The pictures; each is made when it is its turn.</param>
    /// <param name="progress">Receives the current step.</param>
    /// <param name="cancellationToken">Stops within a picture.</param>
    /// <returns>A row for each of <see cref="Shares"/>, and one for the second model alone.</returns>
    public IReadOnlyList<CascadeResult> Run(IEnumerable<EvaluationPair> pairs, IProgress<string>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(pairs);
        Upscaler[] upscalers = [.. Shares.Select(share => new Upscaler(first, share == 0 ? null : new UpscaleOptions { Refinement = new Refinement(second) { Share = share } })), new Upscaler(second)];
        var (psnr, bound, random, times) = (new double[upscalers.Length], new double[upscalers.Length], new double[upscalers.Length], new double[upscalers.Length]);
        var (count, megapixels) = (0, 0.0);
        foreach (var pair in pairs)
        {
            progress?.Report(pair.Name);
            var results = upscalers.Select(upscaler => upscaler.Upscale(pair.Input, cancellationToken: cancellationToken).Picture).ToArray();
            for (var i = 0; i < upscalers.Length; i++)
                psnr[i] += ImageMetrics.Psnr.Measure(pair.Original, results[i], first.Description.Scale);
            AddOrders(new CellErrors(pair.Original, results[0], first.Description.Scale), new CellErrors(pair.Original, results[^1], first.Description.Scale), bound, random);
            var clocks = upscalers.Select(_ => new List<double>()).ToArray();
            for (var round = 0; round < rounds; round++)
            {
                for (var i = 0; i < upscalers.Length; i++)
                {
                    var clock = Stopwatch.StartNew();
                    upscalers[i].Upscale(pair.Input, cancellationToken: cancellationToken);
                    clocks[i].Add(clock.Elapsed.TotalMilliseconds);
                }
            }

            for (var i = 0; i < upscalers.Length; i++)
                times[i] += ModelComparison.Median(clocks[i]);
            megapixels += (double)results[0].Width * results[0].Height / 1e6;
            count++;
        }

        return [.. upscalers.Select((_, i) => new CascadeResult(
            i < Shares.Count ? Shares[i] : null, psnr[i] / count, times[i] / megapixels, Kept(psnr, i), Kept(bound, i), Kept(random, i)))];
    }

    private static double Kept(double[] sums, int i) => (sums[i] - sums[0]) / (sums[^1] - sums[0]);

    private static void AddOrders(CellErrors first, CellErrors second, double[] bound, double[] random)
    {
        var gains = first.Sums.Zip(second.Sums, (one, other) => one - other).ToArray();
        var best = Enumerable.Range(0, gains.Length).OrderByDescending(cell => gains[cell]).ToArray();
        var any = Enumerable.Range(0, gains.Length).ToArray();
        new Random(Seed).Shuffle(any);
        for (var i = 0; i < bound.Length; i++)
        {
            var refined = i < Shares.Count ? (int)Math.Round(Shares[i] * gains.Length) : gains.Length;
            bound[i] += first.Psnr(best.Take(refined).Sum(cell => gains[cell]));
            random[i] += first.Psnr(any.Take(refined).Sum(cell => gains[cell]));
        }
    }

    /// <summary>The squared errors on Y of a picture's cells.</summary>
    private sealed class CellErrors
    {
        private readonly double _pixels;

        public CellErrors(Picture original, Picture picture, int scale)
        {
            var side = DetailMap.CellSize * scale;
            var columns = ((picture.Width - 1) / side) + 1;
            Sums = new double[columns * (((picture.Height - 1) / side) + 1)];
            _pixels = (double)picture.Width * picture.Height;
            for (var y = 0; y < picture.Height; y++)
            {
                for (var x = 0; x < picture.Width; x++)
                {
                    var difference = Luma(original, x, y) - Luma(picture, x, y);
                    Sums[(y / side * columns) + (x / side)] += difference * difference;
                }
            }
        }

        public double[] Sums { get; }

        /// <summary>PSNR in dB if the errors were less by this much.</summary>
        public double Psnr(double less) => 10 * Math.Log10(255 * 255 / ((Sums.Sum() - less) / _pixels));

        private static double Luma(Picture picture, int x, int y) => picture.Layout.IsGray()
            ? picture[x, y, 0] * 219.0 / picture.MaxValue
            : ((65.481 * picture[x, y, 0]) + (128.553 * picture[x, y, 1]) + (24.966 * picture[x, y, 2])) / picture.MaxValue;
    }
}
