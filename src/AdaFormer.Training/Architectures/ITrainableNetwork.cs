using AdaFormer.Export.Weights;
using AdaFormer.Training.Data;
using AdaFormer.Training.Evaluation;
using TorchSharp;
using static TorchSharp.torch;

namespace AdaFormer.Training.Architectures;

/// <summary>A network from the trainer's view: weights by name, a loss to minimise, and a measure of quality. Halting is up to the network.</summary>
internal interface ITrainableNetwork : IDisposable
{
    /// <summary>The module whose parameters are trained and averaged; named as in a weights file.</summary>
    nn.Module Module { get; }

    /// <summary>Tensors that training changes besides the parameters, which weights and checkpoints contain too.</summary>
    IEnumerable<(string Name, Tensor Tensor)> Buffers { get; }

    /// <summary>Its name in a report.</summary>
    string Title { get; }

    /// <summary>The metadata that a checkpoint of this network must have.</summary>
    IReadOnlyDictionary<string, string> Identity { get; }

    /// <summary>Pictures are padded to multiples of it.</summary>
    int SizeMultiple { get; }

    /// <summary>Multiply-adds per low-resolution pixel.</summary>
    long MultiplyAddsPerPixel { get; }

    /// <summary>The names of the figures that the log keeps of every <see cref="Loss"/>: its columns, in order.</summary>
    IReadOnlyList<string> Figures { get; }

    /// <summary>The number of blocks L that tokens can halt before; 0 if nothing halts.</summary>
    int HaltingBlocks { get; }

    /// <summary>Whether a parameter belongs to the part with a learning rate and gradient clipping of its own.</summary>
    bool IsEstimator(string parameter);

    /// <summary>Whether a parameter is one of the 3×3 kernels, all of the same shape, that may be trained as a sum of branches.</summary>
    bool IsFoldable(string parameter);

    /// <summary>Copies initial weights; from another scale all but the upsampler's.</summary>
    /// <exception cref="WeightsFormatException">They belong to another network.</exception>
    void StartFrom(SafetensorsFile weights);

    /// <summary>The weights as a file, with metadata about their training.</summary>
    SafetensorsFile Save(IReadOnlyDictionary<string, string> metadata);

    /// <summary>The loss of a batch, with gradients.</summary>
    /// <param name="batch">The patches.</param>
    /// <param name="iteration">The iteration from 0; with the run's seed, it determines all random choices.</param>
    IterationLoss Loss(PatchBatch batch, long iteration);

    /// <summary>Upscales as a trained network would, without gradients.</summary>
    /// <param name="images">RGB in 0..1, (N, 3, H, W).</param>
    UpscaledImages Upscale(Tensor images);

    /// <summary>Measures it on pictures, with halting if it halts.</summary>
    EvaluationResult Measure(FolderEvaluation pictures, CancellationToken cancellationToken);

    /// <summary>Measures it with nothing halted; null if it does not halt.</summary>
    EvaluationResult? MeasureUnhalted(FolderEvaluation pictures, CancellationToken cancellationToken);
}

/// <summary>The loss of an iteration.</summary>
/// <param name="Total">The loss to call backward on, a scalar.</param>
/// <param name="Figures">The figures for the log, by the names in <see cref="ITrainableNetwork.Figures"/>: scalars on the device.</param>
internal sealed record IterationLoss(Tensor Total, IReadOnlyDictionary<string, Tensor> Figures)
{
    /// <summary>The share of the tokens that had halted before each block, (L); null if nothing halts.</summary>
    public Tensor? HaltedShare { get; init; }
}

/// <summary>The output of a network.</summary>
/// <param name="Images">(N, 3, sH, sW), around 0..1 but not clamped.</param>
/// <param name="HaltingDepth">Number of blocks in which each token was live, (N, 1, H, W); null if nothing halts.</param>
internal sealed record UpscaledImages(Tensor Images, Tensor? HaltingDepth);
