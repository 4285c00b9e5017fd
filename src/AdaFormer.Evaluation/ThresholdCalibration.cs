using AdaFormer.Evaluation.Metrics;
using AdaFormer.Imaging;

namespace AdaFormer.Evaluation;

/// <summary>The effect of a halting threshold on a set of pictures.</summary>
/// <param name="Threshold">The threshold.</param>
/// <param name="PsnrY">Mean PSNR on Y in dB.</param>
/// <param name="HaltedShare">Mean share of the blocks' work, tokens times blocks, that halting saved.</param>
public readonly record struct ThresholdScore(float Threshold, double PsnrY, double HaltedShare);

/// <summary>Finds the halting threshold that saves the most for a maximum loss of quality.</summary>
public static class ThresholdCalibration
{
    private const int Steps = 10;

    /// <summary>
    /// Bisects between 0 and the largest possible score of a token, since a lower threshold saves more and loses more.
    /// </summary>
    /// <param name="model">The model to calibrate.</param>
    /// <param name="pictures">High-resolution pictures, none of them a training picture.</param>
    /// <param name="maximumLoss">PSNR on Y in dB that may be lost compared with no halting. The usual 0.02 is not visible.</param>
    /// <param name="spoil">Degrades a low-resolution picture before it is upscaled, such as by saving it as JPEG; <see langword="null"/> for nothing.</param>
    /// <param name="progress">Receives every threshold tried, the first of them infinity.</param>
    /// <param name="cancellationToken">Stops within a picture.</param>
    /// <returns>The lowest threshold found that does not lose more.</returns>
    /// <exception cref="ArgumentException">There are no pictures, one is smaller than the scale, or the model does not halt.</exception>
    public static ThresholdScore Find(
        UpscalingModel model,
        IReadOnlyList<Picture> pictures,
        double maximumLoss = 0.02,
        Func<Picture, Picture>? spoil = null,
        IProgress<ThresholdScore>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(pictures);
        ArgumentOutOfRangeException.ThrowIfNegative(maximumLoss);
        if (pictures.Count == 0)
            throw new ArgumentException("There are no pictures to calibrate on; expected at least one.", nameof(pictures));
        if (!model.Description.Halts)
            throw new ArgumentException($"The model '{model.Description.Architecture}' does not halt, so there is no threshold to calibrate.", nameof(model));
        var scale = model.Description.Scale;
        var pairs = pictures.Select(picture => EvaluationPair.Reduce("", picture, model.Description.Scale, spoil)).ToArray();

        var unhalted = Measure(float.PositiveInfinity);
        var (low, best) = (0f, unhalted with { Threshold = model.Description.Blocks - 1 });
        for (var step = 0; step < Steps; step++)
        {
            var tried = Measure((low + best.Threshold) / 2);
            if (unhalted.PsnrY - tried.PsnrY <= maximumLoss)
                best = tried;
            else
                low = tried.Threshold;
        }

        return best;

        ThresholdScore Measure(float threshold)
        {
            var evaluator = new Evaluator(model, haltingThreshold: threshold) { Metrics = [ImageMetrics.Psnr], Bicubic = false };
            var average = evaluator.Run(pairs, cancellationToken: cancellationToken).Average;
            var score = new ThresholdScore(threshold, average.Upscaled[ImageMetrics.Psnr], average.HaltedShare);
            progress?.Report(score);
            return score;
        }
    }
}
