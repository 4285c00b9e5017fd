using AdaFormer.Imaging;
using AdaFormer.Metrics;
using AdaFormer.Training.Data;
using AdaFormer.Training.Network;
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
        var paths = PictureFolder.List(folder, recursive: true);
        var pairs = PicturePairs.Read(paths, scale, null, cancellationToken);
        _pictures = paths.Select(path => Path.GetFileName(path)).Zip(pairs).ToArray();
        _scale = scale;
    }

    /// <summary>Upscales all pictures and compares them with the true ones.</summary>
    /// <exception cref="ArgumentException">The network's scale is another one.</exception>
    public EvaluationResult Measure(AdaFormerNetwork network, double haltingThreshold, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(network);
        if (network.Configuration.Scale != _scale)
        {
            throw new ArgumentException(
                $"The network has scale {network.Configuration.Scale}; the pictures were reduced for {_scale}. Read them for its scale.",
                nameof(network));
        }

        var blocks = network.Configuration.Blocks;
        var halted = new long[blocks];
        var tokens = 0L;
        var scores = new List<(string Name, double Psnr)>();
        foreach (var (name, pair) in _pictures)
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            var output = network.Upscale(PictureTensor.From(pair.Low).to(network.Device), haltingThreshold);
            scores.Add((name, ImageQuality.PsnrY(pair.High, PictureTensor.ToPicture(output.Upscaled), _scale)));
            tokens += output.HaltingDepth.numel();
            for (var l = 0; l < blocks; l++)
                halted[l] += output.HaltingDepth.le(l).sum().item<long>();
        }

        var shares = halted.Select(count => (double)count / tokens).ToArray();
        return new EvaluationResult(haltingThreshold, scores.Average(score => score.Psnr), scores, shares);
    }
}
