using AdaFormer.Export;
using AdaFormer.Export.Weights;
using AdaFormer.Training.Configuration;
using AdaFormer.Training.Data;
using AdaFormer.Training.Evaluation;
using TorchSharp;
using static TorchSharp.torch;

namespace AdaFormer.Training.Architectures.AdaFormer;

/// <summary>AdaFormer for the trainer: halting masks from an iteration on, a loss for the estimator, and validation with and without halting.</summary>
/// <param name="configuration">The run's configuration.</param>
/// <param name="network">The network; this owns it.</param>
internal class TrainableAdaFormer(TrainingConfiguration configuration, AdaFormerNetwork network) : ITrainableNetwork
{
    /// <summary>The settings that only AdaFormer has, besides its sizes.</summary>
    public static readonly string[] Settings =
    [
        "preset", "image_skip", "estimator_learning_rate_factor", "loss_alpha", "error_power", "halting_threshold", "mask_from_iteration",
        "freeze_trunk", "folded_branches", TrainingConfiguration.AblationName,
    ];

    private const string L1 = "l1";
    private const string Usl = "usl";

    /// <summary>Creates the network with random weights.</summary>
    public TrainableAdaFormer(TrainingConfiguration configuration) : this(configuration, new AdaFormerNetwork(configuration.Network))
    {
    }

    public nn.Module Module => network;

    public IEnumerable<(string Name, Tensor Tensor)> Buffers => [];

    public string Title => $"AdaFormer {network.Configuration.PresetName}";

    public IReadOnlyDictionary<string, string> Identity => network.Configuration.ToMetadata();

    public int SizeMultiple => network.Configuration.SizeMultiple;

    public long MultiplyAddsPerPixel => network.Configuration.MultiplyAddsPerPixel;

    public IReadOnlyList<string> Figures { get; } = [L1, Usl];

    public int HaltingBlocks => network.Configuration.Blocks;

    public bool IsEstimator(string parameter) => parameter.StartsWith(AdaFormerNetwork.EstimatorPrefix, StringComparison.Ordinal);

    public bool IsFoldable(string parameter) => AdaFormerNetwork.IsResidualKernel(parameter);

    public void StartFrom(SafetensorsFile weights) => NetworkWeights.CopyAsStart(network, weights, HasEstimatorOf(weights));

    public virtual SafetensorsFile Save(IReadOnlyDictionary<string, string> metadata) =>
        NetworkWeights.Save(network, new Dictionary<string, string>(metadata) { ["preset"] = network.Configuration.PresetName });

    public IterationLoss Loss(PatchBatch batch, long iteration)
    {
        var threshold = iteration < configuration.MaskFromIteration ? double.PositiveInfinity : configuration.HaltingThreshold;
        var output = network.forward(batch.Low, threshold);
        var loss = AdaFormerLoss.Of(output, batch.High, batch.Teacher, configuration, network.Policy);
        return new IterationLoss(loss.Total, new Dictionary<string, Tensor> { [L1] = loss.L1, [Usl] = loss.Usl })
        {
            HaltedShare = HaltedShare(output.HaltingDepth),
        };
    }

    public UpscaledImages Upscale(Tensor images)
    {
        var output = network.Upscale(images, configuration.HaltingThreshold);
        return new UpscaledImages(output.Upscaled, output.HaltingDepth);
    }

    public EvaluationResult Measure(FolderEvaluation pictures, CancellationToken cancellationToken) =>
        pictures.Measure(network, configuration.HaltingThreshold, cancellationToken);

    public EvaluationResult? MeasureUnhalted(FolderEvaluation pictures, CancellationToken cancellationToken) =>
        pictures.Measure(network, double.PositiveInfinity, cancellationToken);

    public void Dispose() => network.Dispose();

    /// <summary>Whether the network can start with the estimator of these weights, which may be of another kind.</summary>
    protected virtual bool HasEstimatorOf(SafetensorsFile weights) => !weights.Metadata.ContainsKey(AdaFormerConfiguration.AblationKey);

    private Tensor HaltedShare(Tensor haltingDepth)
    {
        using var _ = no_grad();
        var levels = arange(HaltingBlocks, dtype: ScalarType.Float32, device: haltingDepth.device);
        return haltingDepth.reshape(-1, 1).le(levels).to(ScalarType.Float64).mean([0]);
    }
}

/// <summary>
/// The training objective L = L1 + α·L_USL (Eq. 25), with the policy's loss for L_USL; the pixel loss L2 replaces L1. With a teacher, it is
/// partly the distance from its pictures; the policy's loss always uses the error against the true ones.
/// </summary>
/// <param name="Total">The loss to call backward on, a scalar.</param>
/// <param name="L1">Mean absolute difference from the true pictures in 0..1. Unless another pixel loss is set, it trains the trunk, alone or together with a teacher's.</param>
/// <param name="Usl">The policy's loss; AdaFormer's (Eq. 17) trains only the confidence estimator.</param>
internal sealed record AdaFormerLoss(Tensor Total, Tensor L1, Tensor Usl)
{
    /// <param name="output">The output of a training forward pass.</param>
    /// <param name="high">The true pictures, (N, 3, sH, sW) in 0..1.</param>
    /// <param name="teacher">A teacher's pictures, of the same shape; null: there is none.</param>
    /// <param name="configuration">The run's configuration.</param>
    /// <param name="policy">The network's policy.</param>
    public static AdaFormerLoss Of(NetworkOutput output, Tensor high, Tensor? teacher, TrainingConfiguration configuration, IHaltingPolicy policy)
    {
        var l1 = Distance(high, PixelLoss.L1);
        var own = configuration.PixelLoss == PixelLoss.L1 ? l1 : Distance(high, configuration.PixelLoss);
        var trunk = PictureLoss.WithTeacher(own, teacher, configuration.TeacherWeight, target => Distance(target, configuration.PixelLoss));
        var usl = policy.Loss(output, high, configuration);
        return new AdaFormerLoss(trunk + configuration.LossAlpha * usl, l1, usl);

        Tensor Distance(Tensor target, PixelLoss loss) => output.Exits is null
            ? PictureLoss.Of(output.Upscaled, target, loss)
            : stack(output.Exits.Select(exit => PictureLoss.Of(exit, target, loss))).mean();
    }
}
