using AdaFormer.Training.Evaluation;

namespace AdaFormer.Research.Ablations;

/// <summary>Results of a row of an ablation study on one folder of pictures.</summary>
/// <param name="Folder">The folder's name in the study.</param>
/// <param name="Dense">With nothing halted.</param>
/// <param name="Halting">At the threshold of its training.</param>
/// <param name="Equal">
/// At the threshold that, on the study's first folder, leaves the share of the blocks' work at which all rows are compared; null if no
/// threshold comes close.
/// </param>
internal sealed record AblationResult(string Folder, AblationPoint Dense, AblationPoint Halting, AblationPoint? Equal);

/// <summary>Quality and work at one threshold.</summary>
/// <param name="Threshold">The halting threshold; null: nothing is halted.</param>
/// <param name="Psnr">Mean PSNR on luminance in dB.</param>
/// <param name="Halted">The share of tokens that had halted, as a mean over the blocks.</param>
/// <param name="HaltedLast">The share of tokens that had halted before the last block.</param>
/// <param name="Work">The share of the blocks' multiply-adds that was done.</param>
/// <param name="Seconds">Mean time of the inference forward pass per picture.</param>
internal sealed record AblationPoint(double? Threshold, double Psnr, double Halted, double HaltedLast, double Work, double Seconds)
{
    public static AblationPoint From(EvaluationResult result) => new(
        double.IsFinite(result.HaltingThreshold) ? result.HaltingThreshold : null,
        result.Psnr,
        result.HaltedShare.Average(),
        result.HaltedShare[^1],
        result.WorkShare,
        result.Seconds);
}

/// <summary>Finds the threshold at which a network does the amount of work at which rows are compared.</summary>
internal static class EqualWork
{
    private const double Tolerance = 0.01;
    private const double Acceptable = 0.03;
    private const double HighestThreshold = 2;
    private const int Steps = 6;

    /// <param name="measure">Measures at a threshold.</param>
    /// <param name="start">The measurement at the threshold of training.</param>
    /// <param name="blocks">Blocks of the network; the first is never halted.</param>
    /// <returns>The closest measurement; null if none is close.</returns>
    public static AblationPoint? Search(Func<double, AblationPoint> measure, AblationPoint start, int blocks)
    {
        var low = (Threshold: 0.0, Work: 1.0 / blocks);
        var high = (Threshold: HighestThreshold, Work: 1.0);
        var (best, point) = (start, start);
        for (var step = 0; step < Steps && Distance(best) > Tolerance; step++)
        {
            if (point.Work < AblationStudy.ComparedWork)
                low = (point.Threshold!.Value, point.Work);
            else
                high = (point.Threshold!.Value, point.Work);
            // Work changes in steps where many tokens share a score; the bounds keep the interpolation from creeping along such a step.
            var share = Math.Clamp((AblationStudy.ComparedWork - low.Work) / (high.Work - low.Work), 0.2, 0.8);
            point = measure(low.Threshold + share * (high.Threshold - low.Threshold));
            if (Distance(point) < Distance(best))
                best = point;
        }

        return Distance(best) <= Acceptable ? best : null;
    }

    private static double Distance(AblationPoint point) => Math.Abs(point.Work - AblationStudy.ComparedWork);
}
