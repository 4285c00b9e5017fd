using System.Diagnostics;
using AdaFormer.Evaluation;
using AdaFormer.Evaluation.Metrics;
using AdaFormer.ImageSharp;
using AdaFormer.Imaging;
using AdaFormer.Training.Architectures;
using AdaFormer.Training.Architectures.AdaFormer;
using AdaFormer.Training.Data;
using TorchSharp;
using static TorchSharp.torch;

namespace AdaFormer.Training.Evaluation;

/// <summary>Quality and work of weights on a folder of pictures.</summary>
/// <param name="HaltingThreshold">The threshold of the measurement; infinity means that nothing was halted.</param>
/// <param name="Psnr">Mean PSNR on luminance in dB, without a border as wide as the scale.</param>
/// <param name="Pictures">Each picture's file name and PSNR.</param>
/// <param name="HaltedShare">For every block, the share of the tokens that had halted before it, 0..1; empty if the network does not halt.</param>
public sealed record EvaluationResult(
    double HaltingThreshold,
    double Psnr,
    IReadOnlyList<(string Name, double Psnr)> Pictures,
    IReadOnlyList<double> HaltedShare)
{
    /// <summary>The share of the blocks' multiply-adds that was done, 0..1, without those of the estimator.</summary>
    public double WorkShare { get; init; } = 1;

    /// <summary>Mean time per picture in seconds, without reading and comparing it.</summary>
    public double Seconds { get; init; }
}

/// <summary>Measures weights on the pictures of a folder, downscaled by the exact bicubic and upscaled by the inference forward pass.</summary>
public sealed class FolderEvaluation
{
    private readonly (string Name, PicturePair Pair)[] _pictures;
    private readonly int _scale;

    /// <summary>Reads a folder's PNG and JPEG pictures once.</summary>
    /// <param name="folder">High-resolution pictures.</param>
    /// <param name="scale">The scale of the networks to measure.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="DirectoryNotFoundException">The folder does not exist.</exception>
    /// <exception cref="InvalidDataException">It contains no pictures.</exception>
    /// <exception cref="PictureFormatException">A picture is damaged or too small; the message names it.</exception>
    public FolderEvaluation(string folder, int scale, CancellationToken cancellationToken = default)
    {
        var paths = PictureFormats.Reader().List(folder, recursive: true);
        var pairs = PicturePairs.Read(paths, scale, null, cancellationToken);
        _pictures = paths.Select(path => Path.GetFileName(path)).Zip(pairs).ToArray();
        _scale = scale;
    }

    private FolderEvaluation((string Name, PicturePair Pair)[] pictures, int scale) => (_pictures, _scale) = (pictures, scale);

    /// <summary>The pictures, by file name.</summary>
    internal IReadOnlyList<(string Name, PicturePair Pair)> Pictures => _pictures;

    /// <summary>The same pictures with inputs saved as JPEG, 4:2:0, with the grid at their top left.</summary>
    /// <param name="quality">1 to 100.</param>
    internal FolderEvaluation SavedAsJpeg(int quality) =>
        new([.. _pictures.Select(picture => (picture.Name, picture.Pair with { Low = JpegRoundTrip.Apply(picture.Pair.Low, quality) }))], _scale);

    /// <summary>Upscales all pictures and compares them with the true ones.</summary>
    /// <exception cref="ArgumentException">The network has a different scale.</exception>
    public EvaluationResult Measure(AdaFormerNetwork network, double haltingThreshold, CancellationToken cancellationToken = default) =>
        Measure(network, haltingThreshold, (network, image, threshold) => network.Upscale(image, threshold), cancellationToken);

    /// <summary>Measures a network with a custom forward pass.</summary>
    internal EvaluationResult Measure(
        AdaFormerNetwork network, double haltingThreshold, Func<AdaFormerNetwork, Tensor, double, NetworkOutput> upscale, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(network);
        var blocks = network.Configuration.Blocks;
        var halted = new long[blocks];
        var tokens = 0L;
        var (work, workDone) = (new BodyWork(network.Configuration, network.HasGlobalBranch), 0.0);
        var result = Compare(network.Configuration.Scale, network.Device, image => upscale(network, image, haltingThreshold), Count, cancellationToken);
        return result with { HaltingThreshold = haltingThreshold, HaltedShare = [.. halted.Select(count => (double)count / tokens)], WorkShare = workDone / tokens };

        Tensor Count(NetworkOutput output)
        {
            tokens += output.HaltingDepth.numel();
            workDone += work.Share(output.Kept!) * output.HaltingDepth.numel();
            for (var l = 0; l < blocks; l++)
                halted[l] += output.HaltingDepth.le(l).sum().item<long>();
            return output.Upscaled;
        }
    }

    /// <summary>Measures a network that does not halt.</summary>
    internal EvaluationResult Measure(FeedForwardNetwork network, CancellationToken cancellationToken) =>
        Compare(network.Scale, network.parameters().First().device, network.Upscale, upscaled => upscaled, cancellationToken);

    // With the evaluator of all models. Only PSNR: the others take longer than the network. Its clock would include the copies to the device.
    private EvaluationResult Compare<T>(
        int scale, torch.Device device, Func<Tensor, T> upscale, Func<T, Tensor> picture, CancellationToken cancellationToken)
    {
        if (scale != _scale)
            throw new ArgumentException($"The network has scale {scale}; the pictures were reduced for {_scale}. Read them for its scale.");
        var watch = new Stopwatch();
        var evaluator = new Evaluator(scale, Upscale) { Metrics = [ImageMetrics.Psnr], Bicubic = false };
        var report = evaluator.Run(_pictures.Select(item => new EvaluationPair(item.Name, item.Pair.High, item.Pair.Low)), null, cancellationToken);
        var pictures = report.Images.Select(score => (score.Name, score.Upscaled[ImageMetrics.Psnr])).ToArray();
        return new EvaluationResult(double.PositiveInfinity, report.Average.Upscaled[ImageMetrics.Psnr], pictures, []) { Seconds = watch.Elapsed.TotalSeconds / pictures.Length };

        (Picture, HaltingMap?) Upscale(Picture low, CancellationToken _)
        {
            using var scope = NewDisposeScope();
            var image = PictureTensor.From(low).to(device);
            watch.Start();
            var output = upscale(image);
            watch.Stop();
            return (PictureTensor.ToPicture(picture(output)), null);
        }
    }
}
