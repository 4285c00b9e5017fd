using System.Diagnostics;
using AdaFormer.ImageSharp;
using AdaFormer.Imaging;
using AdaFormer.Metrics;
using AdaFormer.Training.Architectures;
using AdaFormer.Training.Architectures.AdaFormer;
using AdaFormer.Training.Data;
using TorchSharp;
using static TorchSharp.torch;

namespace AdaFormer.Training.Evaluation;

/// <summary>Measures weights on the pictures of a folder, reduced by the exact bicubic and upscaled by the gathered network.</summary>
public sealed class FolderEvaluation
{
    private readonly (string Name, PicturePair Pair)[] _pictures;
    private readonly int _scale;

    /// <summary>Reads a folder's PNG and JPEG pictures once.</summary>
    /// <param name="folder">High-resolution pictures.</param>
    /// <param name="scale">The scale of the networks to measure.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="InvalidDataException">It holds no pictures.</exception>
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

    /// <summary>The same with reductions that were saved as JPEG, 4:2:0, the grid at their top left.</summary>
    /// <param name="quality">1 to 100.</param>
    internal FolderEvaluation SavedAsJpeg(int quality) =>
        new([.. _pictures.Select(picture => (picture.Name, picture.Pair with { Low = JpegRoundTrip.Apply(picture.Pair.Low, quality) }))], _scale);

    /// <summary>Upscales all pictures and compares them with the true ones.</summary>
    /// <exception cref="ArgumentException">The network's scale is another one.</exception>
    public EvaluationResult Measure(AdaFormerNetwork network, double haltingThreshold, CancellationToken cancellationToken = default) =>
        Measure(network, haltingThreshold, (network, image, threshold) => network.Upscale(image, threshold), cancellationToken);

    /// <summary>The same with another forward than the usual one.</summary>
    internal EvaluationResult Measure(
        AdaFormerNetwork network,
        double haltingThreshold,
        Func<AdaFormerNetwork, Tensor, double, NetworkOutput> upscale,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(network);
        var blocks = network.Configuration.Blocks;
        var halted = new long[blocks];
        var tokens = 0L;
        var (work, workDone) = (new BodyWork(network.Configuration, network.HasGlobalBranch), 0.0);
        var (scores, seconds) = Compare(
            network.Configuration.Scale, network.Device, image => upscale(network, image, haltingThreshold), Count, cancellationToken);
        var shares = halted.Select(count => (double)count / tokens).ToArray();
        return new EvaluationResult(haltingThreshold, scores.Average(score => score.Psnr), scores, shares)
        {
            WorkShare = workDone / tokens,
            Seconds = seconds,
        };

        Tensor Count(NetworkOutput output)
        {
            tokens += output.HaltingDepth.numel();
            workDone += work.Share(output.Kept!) * output.HaltingDepth.numel();
            for (var l = 0; l < blocks; l++)
                halted[l] += output.HaltingDepth.le(l).sum().item<long>();
            return output.Upscaled;
        }
    }

    /// <summary>The same with a network that does not halt.</summary>
    internal EvaluationResult Measure(FeedForwardNetwork network, CancellationToken cancellationToken)
    {
        var device = network.parameters().First().device;
        var (scores, seconds) = Compare(network.Scale, device, network.Upscale, upscaled => upscaled, cancellationToken);
        return new EvaluationResult(double.PositiveInfinity, scores.Average(score => score.Psnr), scores, []) { Seconds = seconds };
    }

    private (IReadOnlyList<(string Name, double Psnr)> Scores, double Seconds) Compare<T>(
        int scale, torch.Device device, Func<Tensor, T> upscale, Func<T, Tensor> picture, CancellationToken cancellationToken)
    {
        if (scale != _scale)
            throw new ArgumentException($"The network has scale {scale}; the pictures were reduced for {_scale}. Read them for its scale.");
        var watch = new Stopwatch();
        var scores = new List<(string Name, double Psnr)>();
        foreach (var (name, pair) in _pictures)
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            var image = PictureTensor.From(pair.Low).to(device);
            watch.Start();
            var output = upscale(image);
            watch.Stop();
            scores.Add((name, ImageQuality.PsnrY(pair.High, PictureTensor.ToPicture(picture(output)), _scale)));
        }

        return (scores, watch.Elapsed.TotalSeconds / scores.Count);
    }
}
