using AdaFormer.Training.Network;

namespace AdaFormer.Training.Evaluation;

/// <summary>Finds the halting threshold that saves most while the pictures stay as good: a model's default.</summary>
/// <param name="Chosen">The measurement with the largest saving among those good enough; the unhalted one when none is.</param>
/// <param name="Unhalted">The measurement with nothing halted.</param>
/// <param name="Measurements">All measurements, in the order of the thresholds.</param>
public sealed record ThresholdCalibration(EvaluationResult Chosen, EvaluationResult Unhalted, IReadOnlyList<EvaluationResult> Measurements)
{
    /// <summary>Measures a network at every threshold.</summary>
    /// <param name="network">The network.</param>
    /// <param name="pictures">Validation pictures, which the network was not trained on and is not reported on.</param>
    /// <param name="thresholds">Candidates.</param>
    /// <param name="tolerance">How many dB of PSNR may be lost against nothing halted.</param>
    /// <param name="cancellationToken">Stops between two pictures.</param>
    /// <exception cref="ArgumentException">There are no thresholds.</exception>
    public static ThresholdCalibration Run(
        AdaFormerNetwork network,
        FolderEvaluation pictures,
        IReadOnlyList<double> thresholds,
        double tolerance = 0.02,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(pictures);
        ArgumentNullException.ThrowIfNull(thresholds);
        if (thresholds.Count == 0)
            throw new ArgumentException("There are no thresholds to try; give some, for example 0.5, 0.7 and 0.95.", nameof(thresholds));
        var unhalted = pictures.Measure(network, double.PositiveInfinity, cancellationToken);
        var measurements = thresholds.Select(threshold => pictures.Measure(network, threshold, cancellationToken)).ToArray();
        var chosen = measurements
            .Where(measurement => measurement.Psnr >= unhalted.Psnr - tolerance)
            .MaxBy(measurement => measurement.HaltedShare.Sum());
        return new ThresholdCalibration(chosen ?? unhalted, unhalted, measurements);
    }
}
