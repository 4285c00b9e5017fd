using AdaFormer.Training.Evaluation;

namespace AdaFormer.Research.Ablations;

/// <summary>What a row of an ablation study came to on one folder of pictures.</summary>
/// <param name="Folder">What the folder is called in the study.</param>
/// <param name="Dense">With nothing halted.</param>
/// <param name="Halting">At the threshold it was trained with.</param>
/// <param name="Equal">
/// At the threshold that, on the study's first folder, leaves as much of the blocks' work as all rows are compared at; null where no
/// threshold comes close.
/// </param>
internal sealed record AblationResult(string Folder, AblationPoint Dense, AblationPoint Halting, AblationPoint? Equal);

/// <summary>Quality and work at one threshold.</summary>
/// <param name="Threshold">The halting threshold; null: nothing is halted.</param>
/// <param name="Psnr">Mean PSNR on luminance in dB.</param>
/// <param name="Halted">The share of tokens that had left, as a mean over the blocks.</param>
/// <param name="HaltedLast">The share of tokens that had left before the last block.</param>
/// <param name="Work">The share of the blocks' multiply-adds that was done.</param>
/// <param name="Seconds">Mean time of a picture's gathered forward.</param>
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

/// <summary>Finds the threshold at which a network does the work that rows are compared at.</summary>
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
            // Work steps up where many tokens share a score; the bounds keep the interpolation from creeping along such a step.
            var share = Math.Clamp((AblationStudy.ComparedWork - low.Work) / (high.Work - low.Work), 0.2, 0.8);
            point = measure(low.Threshold + share * (high.Threshold - low.Threshold));
            if (Distance(point) < Distance(best))
                best = point;
        }

        return Distance(best) <= Acceptable ? best : null;
    }

    private static double Distance(AblationPoint point) => Math.Abs(point.Work - AblationStudy.ComparedWork);
}
