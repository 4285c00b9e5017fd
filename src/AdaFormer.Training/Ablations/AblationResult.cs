namespace AdaFormer.Training;

/// <summary>What a row of an ablation study came to on one folder of pictures.</summary>
/// <param name="Folder">What the folder is called in the study.</param>
/// <param name="Dense">With nothing halted.</param>
/// <param name="Halting">At the threshold it was trained with.</param>
/// <param name="Equal">
/// At the threshold that, on the study's first folder, leaves as much of the blocks' work as all rows are compared at; null where no
/// threshold comes close.
/// </param>
public sealed record AblationResult(string Folder, AblationPoint Dense, AblationPoint Halting, AblationPoint? Equal);

/// <summary>Quality and work at one threshold.</summary>
/// <param name="Threshold">The halting threshold; null: nothing is halted.</param>
/// <param name="Psnr">Mean PSNR on luminance in dB.</param>
/// <param name="Halted">The share of tokens that had left, as a mean over the blocks.</param>
/// <param name="HaltedLast">The share of tokens that had left before the last block.</param>
/// <param name="Work">The share of the blocks' multiply-adds that was done.</param>
/// <param name="Seconds">Mean time of a picture's gathered forward.</param>
public sealed record AblationPoint(double? Threshold, double Psnr, double Halted, double HaltedLast, double Work, double Seconds)
{
    internal static AblationPoint From(Evaluation.EvaluationResult result) => new(
        double.IsFinite(result.HaltingThreshold) ? result.HaltingThreshold : null,
        result.Psnr,
        result.HaltedShare.Average(),
        result.HaltedShare[^1],
        result.WorkShare,
        result.Seconds);
}
