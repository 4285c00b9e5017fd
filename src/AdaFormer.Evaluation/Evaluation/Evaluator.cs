using System.Diagnostics;
using AdaFormer.Imaging;
using AdaFormer.Metrics;

namespace AdaFormer.Evaluation;

/// <summary>
/// Measures a model as super-resolution papers do: low-resolution pictures by MATLAB's bicubic interpolation, PSNR and SSIM on Y of the
/// result rounded to 8 bits, as many pixels cut from each border as the scale says. Every picture goes through the network whole.
/// </summary>
public sealed class Evaluator
{
    private readonly UpscalingModel _model;
    private readonly PictureReader _reader;
    private readonly float? _haltingThreshold;
    private readonly Func<Picture, Picture> _spoil;

    /// <param name="model">The model, which stays the caller's to dispose.</param>
    /// <param name="reader">Reads the pictures.</param>
    /// <param name="haltingThreshold">The threshold to measure at; <see langword="null"/> for the model's default.</param>
    /// <param name="spoil">What happens to a low-resolution picture before it is upscaled, such as being saved as JPEG; <see langword="null"/> for nothing.</param>
    public Evaluator(UpscalingModel model, PictureReader reader, float? haltingThreshold = null, Func<Picture, Picture>? spoil = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(reader);
        (_model, _reader, _haltingThreshold, _spoil) = (model, reader, haltingThreshold, spoil ?? (picture => picture));
    }

    /// <summary>Measures all pictures of a folder.</summary>
    /// <param name="highResolution">Folder of the original pictures; grey ones are taken for luma (16 to 235) of colour pictures.</param>
    /// <param name="lowResolution">Folder of the pictures to upscale, of the same names; <see langword="null"/> to make them from the originals.</param>
    /// <param name="progress">Told each picture's scores.</param>
    /// <param name="cancellationToken">Stops within a picture.</param>
    /// <exception cref="DirectoryNotFoundException">A folder is missing.</exception>
    /// <exception cref="InvalidDataException">The folders hold no pictures, or pictures that do not belong together.</exception>
    /// <exception cref="PictureFormatException">A picture is damaged.</exception>
    public EvaluationReport Run(
        string highResolution, string? lowResolution = null, IProgress<PictureScore>? progress = null, CancellationToken cancellationToken = default)
    {
        var originals = _reader.List(highResolution);
        var inputs = lowResolution is null ? null : _reader.List(lowResolution).ToLookup(path => Path.GetFileNameWithoutExtension(path));
        var scores = new List<PictureScore>();
        foreach (var original in originals)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var input = inputs?[Path.GetFileNameWithoutExtension(original)].FirstOrDefault();
            if (inputs is not null && input is null)
                throw new InvalidDataException($"'{lowResolution}' has no picture for '{Path.GetFileName(original)}'; the two folders need the same names.");
            var score = Score(original, input, cancellationToken);
            scores.Add(score);
            progress?.Report(score);
        }

        return new EvaluationReport(scores, Average(scores));
    }

    private PictureScore Score(string originalPath, string? inputPath, CancellationToken cancellationToken)
    {
        var scale = _model.Description.Scale;
        var picture = _reader.Read(originalPath);
        // SSIM's window has 11 pixels, and each border loses as many as the scale says.
        var smallest = 11 + (3 * scale);
        if (picture.Width < smallest || picture.Height < smallest)
            throw new InvalidDataException($"'{originalPath}' has {picture.Width}×{picture.Height} pixels; at least {smallest}×{smallest} are needed to measure at scale {scale}.");
        var original = PictureCrop.ToMultipleOf(picture, scale);
        var input = inputPath is null ? BicubicResampler.Downscale(original, scale) : _reader.Read(inputPath);
        if (input.Width * scale != original.Width || input.Height * scale != original.Height)
            throw new InvalidDataException($"'{inputPath}' has {input.Width}×{input.Height} pixels; {original.Width / scale}×{original.Height / scale} are expected for '{originalPath}' at scale {scale}.");

        input = _spoil(input);
        var clock = Stopwatch.StartNew();
        var result = new Upscaler(_model, UpscaleOptions.Whole(input, _haltingThreshold)).Upscale(input, cancellationToken: cancellationToken);
        var seconds = clock.Elapsed.TotalSeconds;
        var bicubic = BicubicResampler.Upscale(input, scale);
        var map = result.HaltingDepth;
        double[] halted = [.. Enumerable.Range(0, map.Blocks).Select(map.HaltedShareOf)];
        return new PictureScore(
            Path.GetFileName(originalPath),
            ImageQuality.PsnrY(original, result.Picture, scale),
            ImageQuality.SsimY(original, result.Picture, scale),
            ImageQuality.PsnrY(original, bicubic, scale),
            ImageQuality.SsimY(original, bicubic, scale),
            map.HaltedShare,
            halted.LastOrDefault(),
            halted,
            seconds);
    }

    private static PictureScore Average(List<PictureScore> scores) => new(
        "average",
        scores.Average(score => score.PsnrY),
        scores.Average(score => score.SsimY),
        scores.Average(score => score.BicubicPsnrY),
        scores.Average(score => score.BicubicSsimY),
        scores.Average(score => score.HaltedShare),
        scores.Average(score => score.HaltedLastBlock),
        [.. scores[0].HaltedByBlock.Select((_, block) => scores.Average(score => score.HaltedByBlock[block]))],
        scores.Average(score => score.Seconds));
}
