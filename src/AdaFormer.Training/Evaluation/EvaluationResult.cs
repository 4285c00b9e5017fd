namespace AdaFormer.Training.Evaluation;

/// <summary>How good and how frugal weights are on a folder of pictures.</summary>
/// <param name="HaltingThreshold">The threshold it was measured with; infinity means that nothing was halted.</param>
/// <param name="Psnr">Mean PSNR on luminance in dB, a border as wide as the scale left out.</param>
/// <param name="Pictures">Each picture's file name and PSNR.</param>
/// <param name="HaltedShare">For every block, the share of the tokens that had left before it, 0..1; empty where the network does not halt.</param>
public sealed record EvaluationResult(
    double HaltingThreshold,
    double Psnr,
    IReadOnlyList<(string Name, double Psnr)> Pictures,
    IReadOnlyList<double> HaltedShare)
{
    /// <summary>The share of the blocks' multiply-adds that was done, 0..1, without those of the estimator.</summary>
    public double WorkShare { get; init; } = 1;

    /// <summary>Mean time of a picture in seconds, without reading and comparing it.</summary>
    public double Seconds { get; init; }
}
