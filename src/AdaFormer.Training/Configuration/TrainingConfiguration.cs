using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using AdaFormer.Export;
using AdaFormer.Training.Architectures;
using AdaFormer.Training.Architectures.AdaFormer;
using AdaFormer.Training.Devices;
using AdaFormer.Training.Optimization;

namespace AdaFormer.Training.Configuration;

/// <summary>
/// All settings of a training run. In JSON the names are in snake case (<c>patch_size</c>). Relative paths are relative to the current
/// folder. The defaults are the paper's recipe.
/// </summary>
public sealed record TrainingConfiguration
{
    internal const string AblationName = "ablation";

    /// <summary>
    /// The recipe whose defaults a file's settings override: paper or short. In code, see <see cref="FromRecipe"/>. Default: paper.
    /// </summary>
    public TrainingRecipe Recipe { get; init; } = TrainingRecipe.Paper;

    /// <summary>The architecture to train, by the exporter's name: adaformer, asid, catanet or swinir. Default: adaformer.</summary>
    public string Architecture { get; init; } = AdaFormerConfiguration.Architecture;

    /// <summary>Size of an AdaFormer network: base, small, compact or tiny. Default: base.</summary>
    public string Preset { get; init; } = "base";

    /// <summary>How many times larger the output is: 2, 3 or 4. Default: 4.</summary>
    public int Scale { get; init; } = 4;

    /// <summary>The image that AdaFormer's output is added to: none or bilinear. Default: none.</summary>
    public ImageSkip ImageSkip { get; init; } = ImageSkip.None;

    /// <summary>Folders of high-resolution PNG and JPEG pictures, including subfolders. Required.</summary>
    public IReadOnlyList<string> TrainingFolders { get; init; } = [];

    /// <summary>Folder of high-resolution pictures to validate on. Default: none, no validation.</summary>
    public string? ValidationFolder { get; init; }

    /// <summary>
    /// JPEG quality, 1 to 100: the downscaled validation pictures are also saved with it (4:2:0) and measured, in addition to the clean ones.
    /// Default: none, clean ones only.
    /// </summary>
    public int? ValidationJpeg { get; init; }

    /// <summary>Folder for checkpoint, weights and logs; created if missing. Required.</summary>
    public string OutputFolder { get; init; } = "";

    /// <summary>
    /// A weights file to start from, or a published checkpoint; from another scale, all but its upsampler is used. Default: none, random weights.
    /// </summary>
    public string? InitialWeights { get; init; }

    /// <summary>Side of a low-resolution patch in pixels. Default: 48.</summary>
    public int PatchSize { get; init; } = 48;

    /// <summary>Patches per iteration. Default: 16.</summary>
    public int BatchSize { get; init; } = 16;

    /// <summary>Iterations of the whole run. Default: 1,000,000.</summary>
    public long Iterations { get; init; } = 1_000_000;

    /// <summary>How low-resolution patches are degraded; a section, which may be empty for its defaults. Default: none, they stay clean.</summary>
    public DegradationConfiguration? Degradation { get; init; }

    /// <summary>
    /// A model of the same scale to also learn from (distillation): the path of an ONNX file, or a name as for
    /// <see cref="UpscalingModel.LoadByName"/>. Its inputs are clean, whatever the degradation. Default: none.
    /// </summary>
    public string? Teacher { get; init; }

    /// <summary>Folder that caches the teacher's pictures, for any number of runs. Default: teacher, in the output folder.</summary>
    public string? TeacherFolder { get; init; }

    /// <summary>The weight w of the teacher's pictures in the loss: (1 − w)·L1 + w·(L1 from the teacher). Default: 0.5.</summary>
    public double TeacherWeight { get; init; } = 0.5;

    /// <summary>The pixel loss: l1, or l2 for a final phase where PSNR counts. Default: l1.</summary>
    public PixelLoss PixelLoss { get; init; } = PixelLoss.L1;

    /// <summary>The optimizer: adam, or muon for the trunk's matrices and kernels, with Adam for all else. Default: adam.</summary>
    public OptimizerKind Optimizer { get; init; } = OptimizerKind.Adam;

    /// <summary>Highest learning rate. Default: 2e-4.</summary>
    public double LearningRate { get; init; } = 2e-4;

    /// <summary>Learning rate schedule: cosine or halving. Default: halving.</summary>
    public LearningRateSchedule Schedule { get; init; } = LearningRateSchedule.Halving;

    /// <summary>Iterations between halvings, with the halving schedule. Default: 200,000.</summary>
    public long HalvingInterval { get; init; } = 200_000;

    /// <summary>Iterations in which the learning rate rises to its maximum. Default: 0.</summary>
    public long WarmUpIterations { get; init; }

    /// <summary>Learning rate of the confidence estimator relative to that of the trunk. Default: 1.</summary>
    public double EstimatorLearningRateFactor { get; init; } = 1;

    /// <summary>Adam's decay of the first moment. Default: 0.9.</summary>
    public double AdamBeta1 { get; init; } = 0.9;

    /// <summary>Adam's decay of the second moment. Default: 0.999.</summary>
    public double AdamBeta2 { get; init; } = 0.999;

    /// <summary>Adam's ε. Default: 1e-8.</summary>
    public double AdamEpsilon { get; init; } = 1e-8;

    /// <summary>The maximum norm of the gradient, for trunk and estimator each; 0 does not clip. Default: 0.</summary>
    public double GradientClip { get; init; }

    /// <summary>Decay of the exponential moving average of the weights, which are the result. Default: 0.999.</summary>
    public double EmaDecay { get; init; } = 0.999;

    /// <summary>Weight α of the uncertainty loss. Default: 1.</summary>
    public double LossAlpha { get; init; } = 1;

    /// <summary>
    /// The power of the error in grey levels in the uncertainty loss. Below 1, confidences spread less, so that more tokens halt, but later.
    /// Default: 1, as in the paper.
    /// </summary>
    public double ErrorPower { get; init; } = 1;

    /// <summary>Halting score from which a token is masked in training and validation. Default: 0.95.</summary>
    public double HaltingThreshold { get; init; } = 0.95;

    /// <summary>First iteration with halting masks. Default: 0.</summary>
    public long MaskFromIteration { get; init; }

    /// <summary>Whether to train only the confidence estimator. Default: false.</summary>
    public bool FreezeTrunk { get; init; }

    /// <summary>
    /// Whether each convolution of AdaFormer's residual blocks is trained as a sum of parallel linear branches, folded into its kernel
    /// before every forward pass. The network is the same; the folded kernels are what is written. Default: false.
    /// </summary>
    public bool FoldedBranches { get; init; }

    /// <summary>Seed of the weights and of the batches. Default: 0.</summary>
    public long Seed { get; init; }

    /// <summary>
    /// The device: auto (CUDA if available, else the CPU), cpu, cuda or cuda:N. A device that is not available is an error.
    /// Default: auto.
    /// </summary>
    public string Device { get; init; } = "auto";

    /// <summary>Precision of products: float32, or on CUDA tf32. Default: float32.</summary>
    public TrainingPrecision Precision { get; init; } = TrainingPrecision.Float32;

    /// <summary>Threads per operation. Default: 0, libtorch's own choice.</summary>
    public int Threads { get; init; }

    /// <summary>Iterations between lines of the log. Default: 100.</summary>
    public long LogInterval { get; init; } = 100;

    /// <summary>Iterations between validations. Default: 1,000.</summary>
    public long ValidationInterval { get; init; } = 1_000;

    /// <summary>Iterations between checkpoints. Default: 1,000.</summary>
    public long CheckpointInterval { get; init; } = 1_000;

    /// <summary>
    /// The sizes of the network; in JSON a section with the architecture's name. Default: none, the published network's, for AdaFormer the
    /// preset's.
    /// </summary>
    [JsonIgnore]
    public NetworkSizes? Sizes { get; init; }

    /// <summary>How the network and its training depart from AdaFormer, for the research program only. Default: not at all.</summary>
    [JsonInclude]
    [JsonPropertyName(AblationName)]
    internal JsonObject? Ablation { get; init; }

    /// <summary>The sizes of an AdaFormer network.</summary>
    /// <exception cref="ArgumentException">The preset or scale does not exist, or the sizes do not form a valid network.</exception>
    public AdaFormerConfiguration Network => (Sizes as AdaFormerSizes ?? new()).Over(AdaFormerConfiguration.Preset(Preset, Scale, ImageSkip));

    /// <summary>A recipe's settings for a preset; folders still have to be set.</summary>
    public static TrainingConfiguration FromRecipe(TrainingRecipe recipe, string preset) =>
        TrainingRecipes.Defaults(recipe, preset) with { Preset = preset };

    /// <summary>Returns this configuration if it is valid.</summary>
    /// <exception cref="TrainingConfigurationException">A setting is missing or out of range; the message names it.</exception>
    public TrainingConfiguration Validated()
    {
        TrainableArchitectures.Check(this);
        Section("preset, scale and adaformer do not form a valid network", () => _ = Network);
        Section("degradation", () => Degradation?.Validated());
        Section(Architecture, () => Sizes?.Validate());
        Require(TrainingFolders.Count > 0, "training_folders", "(none)", "at least one folder");
        Require(OutputFolder.Length > 0, "output_folder", "(none)", "a folder");
        Require(ValidationJpeg is null or (>= 1 and <= 100), "validation_jpeg", $"{ValidationJpeg}", "1 to 100");
        Require(ValidationJpeg is null || ValidationFolder is not null, "validation_jpeg", $"{ValidationJpeg}", "validation_folder as well");
        Require(TeacherFolder is null || Teacher is not null, "teacher_folder", $"{TeacherFolder}", "teacher as well");
        Require(TeacherWeight is > 0 and <= 1, "teacher_weight", TeacherWeight, "more than 0, at most 1");
        Require(PatchSize >= 1, "patch_size", PatchSize, "1 or more");
        Require(BatchSize >= 1, "batch_size", BatchSize, "1 or more");
        Require(Iterations >= 1, "iterations", Iterations, "1 or more");
        Require(LearningRate > 0, "learning_rate", LearningRate, "more than 0");
        Require(HalvingInterval >= 1, "halving_interval", HalvingInterval, "1 or more");
        Require(WarmUpIterations >= 0, "warm_up_iterations", WarmUpIterations, "0 or more");
        Require(EstimatorLearningRateFactor >= 0, "estimator_learning_rate_factor", EstimatorLearningRateFactor, "0 or more");
        Require(AdamBeta1 is >= 0 and < 1, "adam_beta1", AdamBeta1, "0 or more, below 1");
        Require(AdamBeta2 is >= 0 and < 1, "adam_beta2", AdamBeta2, "0 or more, below 1");
        Require(AdamEpsilon > 0, "adam_epsilon", AdamEpsilon, "more than 0");
        Require(GradientClip >= 0, "gradient_clip", GradientClip, "0 or more");
        Require(EmaDecay is >= 0 and < 1, "ema_decay", EmaDecay, "0 or more, below 1");
        Require(LossAlpha >= 0, "loss_alpha", LossAlpha, "0 or more");
        Require(ErrorPower > 0, "error_power", ErrorPower, "more than 0");
        Require(HaltingThreshold > 0, "halting_threshold", HaltingThreshold, "more than 0");
        Require(MaskFromIteration >= 0, "mask_from_iteration", MaskFromIteration, "0 or more");
        Require(ComputeDevice.IsName(Device), "device", Device, "auto, cpu, cuda or cuda:N");
        Require(Threads >= 0, "threads", Threads, "0 or more");
        Require(LogInterval >= 1, "log_interval", LogInterval, "1 or more");
        Require(ValidationInterval >= 1, "validation_interval", ValidationInterval, "1 or more");
        Require(CheckpointInterval >= 1, "checkpoint_interval", CheckpointInterval, "1 or more");
        Require(!FreezeTrunk || InitialWeights is not null, "freeze_trunk", "true", "initial_weights as well");
        Require(!FreezeTrunk || !FoldedBranches, "folded_branches", "true", "false with freeze_trunk, which trains no convolution of the trunk");
        Require(!FoldedBranches || Optimizer == OptimizerKind.Adam, "folded_branches", "true", "false with optimizer muon, which levels what branches unfold");
        Require(!FoldedBranches || Network.EncoderBlocks + Network.DecoderBlocks > 0, "folded_branches", "true", "false without residual blocks");
        return this;
    }

    private static void Section(string name, Action validate)
    {
        try
        {
            validate();
        }
        catch (ArgumentException exception)
        {
            throw new TrainingConfigurationException($"{name}: {exception.Message}", exception);
        }
    }

    private static void Require(bool holds, string name, object value, string expected)
    {
        if (!holds)
            throw new TrainingConfigurationException(FormattableString.Invariant($"{name} is {value}; expected {expected}."));
    }
}

/// <summary>Precision of multiplications on CUDA. Weights, averages and moments are float32 in any case.</summary>
public enum TrainingPrecision
{
    /// <summary>Full float32.</summary>
    Float32,

    /// <summary>TF32: products and convolutions with 10 bits of mantissa, on tensor cores. Only on CUDA.</summary>
    Tf32,
}

/// <summary>How steps are made from gradients.</summary>
public enum OptimizerKind
{
    /// <summary>Adam.</summary>
    Adam,

    /// <summary>Muon for the trunk's matrices and kernels with at least 16 rows and columns, Adam for all other parameters.</summary>
    Muon,
}
