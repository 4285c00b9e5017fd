using System.Diagnostics;
using AdaFormer.Evaluation.Metrics;
using AdaFormer.Imaging;

namespace AdaFormer.Evaluation;

/// <summary>An original picture and the input that a model gets instead.</summary>
/// <param name="Name">The picture's name in the scores.</param>
/// <param name="Original">The original, whose sides are the scale times those of <paramref name="Input"/>.</param>
/// <param name="Input">The picture to upscale.</param>
public sealed record EvaluationPair(string Name, Picture Original, Picture Input)
{
    /// <summary>Crops a picture at the right and the bottom to a multiple of the scale, and downscales it by MATLAB's bicubic interpolation.</summary>
    /// <param name="name">The picture's name in the scores.</param>
    /// <param name="picture">The picture; unchanged.</param>
    /// <param name="scale">How many times smaller the input is.</param>
    /// <param name="spoil">Degrades the input afterwards, such as by saving it as JPEG; <see langword="null"/> for nothing.</param>
    /// <exception cref="ArgumentException">The picture is smaller than the scale.</exception>
    public static EvaluationPair Reduce(string name, Picture picture, int scale, Func<Picture, Picture>? spoil = null)
    {
        var original = PictureCrop.ToMultipleOf(picture, scale);
        var input = BicubicResampler.Downscale(original, scale);
        return new EvaluationPair(name, original, spoil is null ? input : spoil(input));
    }
}

/// <summary>Scores of one picture, or averages over many.</summary>
/// <param name="Name">The picture's name, or <c>average</c>.</param>
/// <param name="Upscaled">Each metric's value for the upscaled picture.</param>
/// <param name="Bicubic">Each metric's value for MATLAB's bicubic interpolation; empty if not requested.</param>
/// <param name="HaltedShare">Share of the blocks' work, tokens times blocks, that halting saved.</param>
/// <param name="HaltedByBlock">For every block, the share of the tokens that halted before it; empty if nothing halts.</param>
/// <param name="Seconds">Time of the upscaling.</param>
public sealed record PictureScore(
    string Name,
    IReadOnlyDictionary<IImageMetric, double> Upscaled,
    IReadOnlyDictionary<IImageMetric, double> Bicubic,
    double HaltedShare,
    IReadOnlyList<double> HaltedByBlock,
    double Seconds)
{
    /// <summary>Share of the tokens that halted before the last block.</summary>
    public double HaltedLastBlock => HaltedByBlock.LastOrDefault();
}

/// <summary>Scores of many pictures.</summary>
/// <param name="Images">Each picture, in the order of measurement; by name for a folder.</param>
/// <param name="Average">The mean of each score.</param>
public sealed record EvaluationReport(IReadOnlyList<PictureScore> Images, PictureScore Average);

/// <summary>
/// Measures upscalers like super-resolution papers do: low-resolution pictures by MATLAB's bicubic interpolation, the result rounded to 8
/// bits, the scale's number of pixels cut from each border. A model gets every picture whole.
/// </summary>
public sealed class Evaluator
{
    private readonly int _scale;
    private readonly Func<Picture, CancellationToken, (Picture Picture, HaltingMap? HaltingDepth)> _upscale;
    private readonly PictureReader _reader = new();
    private readonly Func<Picture, Picture>? _spoil;

    /// <summary>Measures a model.</summary>
    /// <param name="model">The model, which the caller disposes.</param>
    /// <param name="reader">Reads the pictures of a folder; <see langword="null"/> for PNG only.</param>
    /// <param name="haltingThreshold">The threshold to measure at; <see langword="null"/> for the model's default.</param>
    /// <param name="spoil">Degrades a folder's low-resolution pictures before they are upscaled, such as by saving them as JPEG; <see langword="null"/> for nothing.</param>
    public Evaluator(UpscalingModel model, PictureReader? reader = null, float? haltingThreshold = null, Func<Picture, Picture>? spoil = null)
        : this((model ?? throw new ArgumentNullException(nameof(model))).Description.Scale, Whole(model, haltingThreshold)) =>
        (_reader, _spoil) = (reader ?? _reader, spoil);

    /// <summary>Measures any upscaling method.</summary>
    /// <param name="scale">The upscaling factor.</param>
    /// <param name="upscale">Returns the larger picture and, for a network that halts, each token's halting depth.</param>
    public Evaluator(int scale, Func<Picture, CancellationToken, (Picture Picture, HaltingMap? HaltingDepth)> upscale)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(scale, 1);
        ArgumentNullException.ThrowIfNull(upscale);
        (_scale, _upscale) = (scale, upscale);
    }

    /// <summary>The metrics to compute. Default: <see cref="ImageMetrics.All"/>.</summary>
    public IReadOnlyList<IImageMetric> Metrics { get; init; } = ImageMetrics.All;

    /// <summary>Whether to also measure MATLAB's bicubic interpolation. Default: yes.</summary>
    public bool Bicubic { get; init; } = true;

    /// <summary>Measures all pictures of a folder, which are read one by one.</summary>
    /// <param name="highResolution">Folder of the original pictures; grey ones are treated as luma (16 to 235) of colour pictures.</param>
    /// <param name="lowResolution">Folder of the pictures to upscale, of the same names; <see langword="null"/> to make them from the originals.</param>
    /// <param name="progress">Receives each picture's scores.</param>
    /// <param name="cancellationToken">Stops within a picture.</param>
    /// <exception cref="DirectoryNotFoundException">A folder is missing.</exception>
    /// <exception cref="InvalidDataException">The folders contain no pictures, or pictures that do not match.</exception>
    /// <exception cref="PictureFormatException">A picture is damaged.</exception>
    public EvaluationReport Run(
        string highResolution, string? lowResolution = null, IProgress<PictureScore>? progress = null, CancellationToken cancellationToken = default)
    {
        var originals = _reader.List(highResolution);
        var inputs = lowResolution is null ? null : _reader.List(lowResolution).ToLookup(path => Path.GetFileNameWithoutExtension(path));
        return Run(originals.Select(Pair), progress, cancellationToken);

        EvaluationPair Pair(string path)
        {
            var picture = _reader.Read(path);
            // Each border loses as many pixels as the scale says, and cropping to a multiple of it up to as many.
            var smallest = Metrics.Max(metric => metric.SmallestSide) + (3 * _scale);
            if (picture.Width < smallest || picture.Height < smallest)
                throw new InvalidDataException($"'{path}' has {picture.Width}×{picture.Height} pixels; at least {smallest}×{smallest} are needed to measure at scale {_scale}.");
            var name = Path.GetFileName(path);
            if (inputs is null)
                return EvaluationPair.Reduce(name, picture, _scale, _spoil);
            var inputPath = inputs[Path.GetFileNameWithoutExtension(path)].FirstOrDefault()
                ?? throw new InvalidDataException($"'{lowResolution}' has no picture for '{name}'; the two folders need the same names.");
            var (original, input) = (PictureCrop.ToMultipleOf(picture, _scale), _reader.Read(inputPath));
            if (input.Width * _scale != original.Width || input.Height * _scale != original.Height)
                throw new InvalidDataException($"'{inputPath}' has {input.Width}×{input.Height} pixels; {original.Width / _scale}×{original.Height / _scale} are expected for '{path}' at scale {_scale}.");
            return new EvaluationPair(name, original, _spoil is null ? input : _spoil(input));
        }
    }

    /// <summary>Measures pictures with given inputs.</summary>
    /// <param name="pairs">The pictures, at least one; enumerated one by one.</param>
    /// <param name="progress">Receives each picture's scores.</param>
    /// <param name="cancellationToken">Stops within a picture.</param>
    /// <exception cref="ArgumentException">There are no pictures, or one is too small to measure, or upscaled to a size other than its original's.</exception>
    public EvaluationReport Run(IEnumerable<EvaluationPair> pairs, IProgress<PictureScore>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(pairs);
        var scores = new List<PictureScore>();
        foreach (var pair in pairs)
        {
            cancellationToken.ThrowIfCancellationRequested();
            scores.Add(Score(pair, cancellationToken));
            progress?.Report(scores[^1]);
        }

        return scores.Count > 0
            ? new EvaluationReport(scores, Average(scores))
            : throw new ArgumentException("There are no pictures to measure on; expected at least one.", nameof(pairs));
    }

    private static Func<Picture, CancellationToken, (Picture, HaltingMap?)> Whole(UpscalingModel model, float? haltingThreshold) => (input, cancellationToken) =>
    {
        var result = new Upscaler(model, UpscaleOptions.Whole(input, model.Description, haltingThreshold)).Upscale(input, null, cancellationToken);
        return (result.Picture, result.HaltingDepth);
    };

    private PictureScore Score(EvaluationPair pair, CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        var (upscaled, map) = _upscale(pair.Input, cancellationToken);
        var seconds = clock.Elapsed.TotalSeconds;
        return new PictureScore(
            pair.Name,
            Measured(pair.Original, upscaled),
            Bicubic ? Measured(pair.Original, BicubicResampler.Upscale(pair.Input, _scale)) : [],
            map?.HaltedShare ?? 0,
            [.. Enumerable.Range(0, map?.Blocks ?? 0).Select(block => map!.HaltedShareOf(block))],
            seconds);
    }

    private Dictionary<IImageMetric, double> Measured(Picture original, Picture picture) =>
        Metrics.ToDictionary(metric => metric, metric => metric.Measure(original, picture, _scale));

    private static PictureScore Average(List<PictureScore> scores) => new(
        "average",
        Average(scores, score => score.Upscaled),
        Average(scores, score => score.Bicubic),
        scores.Average(score => score.HaltedShare),
        [.. scores[0].HaltedByBlock.Select((_, block) => scores.Average(score => score.HaltedByBlock[block]))],
        scores.Average(score => score.Seconds));

    private static Dictionary<IImageMetric, double> Average(List<PictureScore> scores, Func<PictureScore, IReadOnlyDictionary<IImageMetric, double>> of) =>
        of(scores[0]).Keys.ToDictionary(metric => metric, metric => scores.Average(score => of(score)[metric]));
}
