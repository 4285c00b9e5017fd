using AdaFormer.Research.Policies;
using AdaFormer.Training.Architectures.AdaFormer;
using AdaFormer.Training.Data;
using AdaFormer.Training.Evaluation;
using static TorchSharp.torch;

namespace AdaFormer.Research.Halting;

/// <summary>
/// Whether halting pays off: how well the halting score separates easy tokens from hard ones, and the quality at each saving, compared with
/// the same savings at random places.
/// </summary>
/// <param name="RankCorrelation">
/// For every block but the last, Spearman's rank correlation over all tokens between the halting score after it and the token's final
/// error with nothing halted, in grey levels averaged over RGB. −1: the score orders the tokens as their errors do; 0: it is uninformative.
/// </param>
/// <param name="Unhalted">The measurement with nothing halted.</param>
/// <param name="Points">The measurements at the thresholds, in order.</param>
internal sealed record HaltingStudy(IReadOnlyList<double> RankCorrelation, EvaluationResult Unhalted, IReadOnlyList<HaltingStudyPoint> Points)
{
    /// <summary>Thresholds that cover the curve of most models: from nearly everything halted to nearly nothing.</summary>
    public static IReadOnlyList<double> UsualThresholds { get; } = [0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.5, 0.6, 0.8, 0.95];

    /// <summary>Measures a network on the pictures of a folder.</summary>
    /// <param name="network">The network.</param>
    /// <param name="pictures">The pictures, downscaled for the network's scale.</param>
    /// <param name="thresholds">The halting thresholds to measure.</param>
    /// <param name="progress">Receives the number of measurements done, of <c>2 + 2 · thresholds</c>.</param>
    /// <param name="cancellationToken">Stops between two pictures.</param>
    /// <exception cref="ArgumentException">The network's scale differs from the pictures', or a threshold is NaN.</exception>
    /// <exception cref="OperationCanceledException">The operation was cancelled.</exception>
    public static HaltingStudy Run(
        AdaFormerNetwork network,
        FolderEvaluation pictures,
        IReadOnlyList<double> thresholds,
        IProgress<int>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(pictures);
        ArgumentNullException.ThrowIfNull(thresholds);
        if (thresholds.Any(double.IsNaN))
            throw new ArgumentException("A halting threshold is NaN; expected numbers such as 0.5.", nameof(thresholds));
        var done = 0;
        var unhalted = Counted(pictures.Measure(network, double.PositiveInfinity, cancellationToken));
        var correlation = Counted(Correlate(network, pictures, cancellationToken));
        var points = thresholds.Select(threshold => new HaltingStudyPoint(
            Counted(pictures.Measure(network, threshold, cancellationToken)),
            Counted(pictures.Measure(network, threshold, RandomControl, cancellationToken)))).ToArray();
        return new HaltingStudy(correlation, unhalted, points);

        T Counted<T>(T result)
        {
            progress?.Report(++done);
            return result;
        }
    }

    private static NetworkOutput RandomControl(AdaFormerNetwork network, Tensor image, double threshold) =>
        PermutedWindows.Upscale(network, image, threshold, seed: 1);

    private static double[] Correlate(AdaFormerNetwork network, FolderEvaluation pictures, CancellationToken cancellationToken)
    {
        var blocks = network.Configuration.Blocks;
        var scores = Enumerable.Range(1, blocks - 1).Select(_ => new List<float>()).ToArray();
        var errors = new List<float>();
        foreach (var (_, pair) in pictures.Pictures)
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var noGradients = no_grad();
            using var scope = NewDisposeScope();
            var output = network.forward(PictureTensor.From(pair.Low).to(network.Device), double.PositiveInfinity);
            var difference = (output.Upscaled - PictureTensor.From(pair.High).to(network.Device)).abs();
            errors.AddRange(Values(TokenError.Of(difference, network.Configuration.Scale * network.Configuration.TokenStride)));
            var score = output.Confidences!.cumsum(1);                       // R after each block, (1, L, ⌈H/t⌉, ⌈W/t⌉)
            for (var l = 0; l < scores.Length; l++)
                scores[l].AddRange(Values(score.select(1, l)));
        }

        return [.. scores.Select(score => Halting.RankCorrelation.Of([.. score], [.. errors]))];
    }

    private static float[] Values(Tensor tensor) => tensor.cpu().contiguous().data<float>().ToArray();
}

/// <summary>Savings and cost of a halting threshold.</summary>
/// <param name="Confident">Halted according to the network's score.</param>
/// <param name="RandomControl">
/// The same windows' scores, given to random other windows of the picture: as many tokens and windows are halted in every block.
/// </param>
internal sealed record HaltingStudyPoint(EvaluationResult Confident, EvaluationResult RandomControl);

/// <summary>Spearman's rank correlation ρ (1904): Pearson's correlation of the ranks, equal values sharing their mean rank.</summary>
internal static class RankCorrelation
{
    /// <returns>−1 to 1; NaN if all values of one side are equal, or there are fewer than two.</returns>
    /// <exception cref="ArgumentException">The sides differ in length.</exception>
    public static double Of(float[] first, float[] second)
    {
        if (first.Length != second.Length)
            throw new ArgumentException($"{first.Length} values cannot be paired with {second.Length}.", nameof(second));
        var (a, b) = (Ranks(first), Ranks(second));
        var mean = (first.Length - 1) / 2.0;
        var (product, squareA, squareB) = (0.0, 0.0, 0.0);
        for (var i = 0; i < a.Length; i++)
        {
            var (x, y) = (a[i] - mean, b[i] - mean);
            product += x * y;
            squareA += x * x;
            squareB += y * y;
        }

        return product / Math.Sqrt(squareA * squareB);
    }

    private static double[] Ranks(float[] values)
    {
        var order = Enumerable.Range(0, values.Length).ToArray();
        Array.Sort((float[])values.Clone(), order);
        var ranks = new double[values.Length];
        for (var start = 0; start < order.Length;)
        {
            var end = start + 1;
            while (end < order.Length && values[order[end]].Equals(values[order[start]]))
                end++;
            foreach (var index in order.AsSpan(start, end - start))
                ranks[index] = (start + end - 1) / 2.0;
            start = end;
        }

        return ranks;
    }
}
