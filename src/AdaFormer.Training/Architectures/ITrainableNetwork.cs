using AdaFormer.Export.Weights;
using AdaFormer.Training.Data;
using AdaFormer.Training.Evaluation;
using TorchSharp;
using static TorchSharp.torch;

namespace AdaFormer.Training.Architectures;

/// <summary>A network as the trainer sees it: weights by name, what to lower, and how good it is. Whether it halts is its own affair.</summary>
internal interface ITrainableNetwork : IDisposable
{
    /// <summary>Whose parameters are trained and averaged; named as in a weights file.</summary>
    nn.Module Module { get; }

    /// <summary>What training changes beside the parameters, so what weights and checkpoints hold too.</summary>
    IEnumerable<(string Name, Tensor Tensor)> Buffers { get; }

    /// <summary>What a report calls it.</summary>
    string Title { get; }

    /// <summary>What a checkpoint's metadata must say for it to be of this network.</summary>
    IReadOnlyDictionary<string, string> Identity { get; }

    /// <summary>Pictures are padded to multiples of it.</summary>
    int SizeMultiple { get; }

    /// <summary>Multiply-adds for each low-resolution pixel.</summary>
    long MultiplyAddsPerPixel { get; }

    /// <summary>The names of the figures that the log keeps of every <see cref="Loss"/>: its columns, in their order.</summary>
    IReadOnlyList<string> Figures { get; }

    /// <summary>The number of blocks L that tokens can leave before; 0 where nothing halts.</summary>
    int HaltingBlocks { get; }

    /// <summary>Whether a parameter belongs to the part that has a learning rate and a clipping of its own.</summary>
    bool IsEstimator(string parameter);

    /// <summary>Whether a parameter is one of the 3×3 kernels, all of the same shape, that may be trained as a sum of branches.</summary>
    bool IsFoldable(string parameter);

    /// <summary>Takes weights over to start from; from another scale all but the upsampler's.</summary>
    /// <exception cref="WeightsFormatException">They are of another network.</exception>
    void StartFrom(SafetensorsFile weights);

    /// <summary>The weights as a file, with what there is to say of their training.</summary>
    SafetensorsFile Save(IReadOnlyDictionary<string, string> metadata);

    /// <summary>The loss of a batch, with gradients.</summary>
    /// <param name="batch">The patches.</param>
    /// <param name="iteration">The iteration from 0; with the run's seed all that chance may depend on.</param>
    IterationLoss Loss(PatchBatch batch, long iteration);

    /// <summary>Upscales as a trained network would, without gradients.</summary>
    /// <param name="images">RGB in 0..1, (N, 3, H, W).</param>
    UpscaledImages Upscale(Tensor images);

    /// <summary>Measures it on pictures, with halting where it halts.</summary>
    EvaluationResult Measure(FolderEvaluation pictures, CancellationToken cancellationToken);

    /// <summary>The same with nothing halted; null where it does not halt.</summary>
    EvaluationResult? MeasureUnhalted(FolderEvaluation pictures, CancellationToken cancellationToken);
}

/// <summary>The loss of an iteration.</summary>
/// <param name="Total">What to call backward on, a scalar.</param>
/// <param name="Figures">What the log keeps, by the names in <see cref="ITrainableNetwork.Figures"/>: scalars on the device.</param>
internal sealed record IterationLoss(Tensor Total, IReadOnlyDictionary<string, Tensor> Figures)
{
    /// <summary>The share of the tokens that had left before each block, (L); null where nothing halts.</summary>
    public Tensor? HaltedShare { get; init; }
}

/// <summary>What a network makes of images.</summary>
/// <param name="Images">(N, 3, sH, sW), around 0..1 but not clamped.</param>
/// <param name="HaltingDepth">In how many blocks each token was live, (N, 1, H, W); null where nothing halts.</param>
internal sealed record UpscaledImages(Tensor Images, Tensor? HaltingDepth);
