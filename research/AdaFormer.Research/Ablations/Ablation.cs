using System.Text.Json;
using System.Text.Json.Nodes;
using AdaFormer.Export;
using AdaFormer.Export.Weights;
using AdaFormer.Research.Policies;
using AdaFormer.Training.Architectures.AdaFormer;
using AdaFormer.Training.Configuration;

namespace AdaFormer.Research.Ablations;

/// <summary>
/// Departures from AdaFormer, to measure the contribution of its parts: the section <c>ablation</c> of a training configuration. The defaults
/// are AdaFormer. A departure is recorded in the weights' metadata, and such weights cannot be exported to ONNX.
/// </summary>
internal sealed record Ablation
{
    private static readonly Ablation None = new();

    /// <summary>The attention of a block: local or local_and_global. Default: local_and_global.</summary>
    public AttentionBranches Branches { get; init; } = AttentionBranches.LocalAndGlobal;

    /// <summary>The branches that skip halted tokens: none, local or local_and_global. Default: local_and_global.</summary>
    public HaltingMasks Masks { get; init; } = HaltingMasks.LocalAndGlobal;

    /// <summary>The halting criterion: confidence, uniform, random, ponder or capacity. Default: confidence.</summary>
    public HaltingExit Exit { get; init; } = HaltingExit.Confidence;

    /// <summary>With uniform and random exits, the number of blocks after which a token halts, on average. Default: 2.</summary>
    public int ExitDepth { get; init; } = 2;

    /// <summary>With random exits, the seed of the depths. Default: 0.</summary>
    public long ExitSeed { get; init; }

    /// <summary>Whether all blocks share one estimator instead of one each. Default: true.</summary>
    public bool SharedEstimator { get; init; } = true;

    /// <summary>Whether each token is normalized (LayerNorm without weights) before the estimator. Default: false.</summary>
    public bool NormalizedEstimatorInput { get; init; }

    /// <summary>Whether the estimator starts at random even if initial_weights have one. Default: false.</summary>
    public bool FreshEstimator { get; init; }

    /// <summary>Whether the picture's error is constant in the estimator's loss, so that it does not train the trunk. Default: true.</summary>
    public bool DetachedError { get; init; } = true;

    /// <summary>Whether the estimator's loss stops at its input tokens, so that it does not train the trunk. Default: true.</summary>
    public bool DetachedTokens { get; init; } = true;

    /// <summary>The loss of the confidence: likelihood or log_error. Default: likelihood.</summary>
    public EstimatorLoss EstimatorLoss { get; init; } = EstimatorLoss.Likelihood;

    /// <summary>Whether the exit has weights of its own.</summary>
    internal bool HasEstimator => Exit is HaltingExit.Confidence or HaltingExit.Capacity;

    /// <summary>The settings that change the network, without those that only affect training.</summary>
    internal Ablation OfNetwork => this with
    {
        FreshEstimator = None.FreshEstimator,
        DetachedError = None.DetachedError,
        DetachedTokens = None.DetachedTokens,
        EstimatorLoss = None.EstimatorLoss,
    };

    /// <summary>Returns this ablation if it is valid for a network with this number of blocks.</summary>
    /// <exception cref="ArgumentException">A setting is out of range or contradicts another; the message names it.</exception>
    public Ablation Validated(int blocks)
    {
        if (Branches == AttentionBranches.Local && Masks == HaltingMasks.LocalAndGlobal)
            throw new ArgumentException("masks is local_and_global; expected none or local, because branches is local.");
        if (Exit is HaltingExit.Uniform or HaltingExit.Random && (ExitDepth < 1 || ExitDepth > blocks))
            throw new ArgumentException($"exit_depth is {ExitDepth}; expected 1 to the number of blocks, {blocks}.");
        return this;
    }

    /// <summary>Converts to the section of a training configuration: none for AdaFormer as its authors train it.</summary>
    public JsonObject? ToSettings() => this == None ? null : JsonSerializer.SerializeToNode(this, TrainingConfigurationFile.Options)!.AsObject();

    /// <summary>Reads the ablation of a training configuration.</summary>
    /// <exception cref="TrainingConfigurationException">A setting is unknown or out of range; the message names it.</exception>
    public static Ablation Of(TrainingConfiguration configuration)
    {
        const string Name = TrainingConfiguration.AblationName;
        if (configuration.Ablation is not { } section)
            return None;
        TrainingConfigurationFile.RequireKnownNames(section, Name, typeof(Ablation));
        try
        {
            var ablation = section.Deserialize<Ablation>(TrainingConfigurationFile.Options)!.Validated(configuration.Network.Blocks);
            return !configuration.FreezeTrunk || ablation.HasEstimator
                ? ablation
                : throw new ArgumentException("freeze_trunk is true; expected an exit with an estimator, confidence or capacity.");
        }
        catch (Exception exception) when (exception is JsonException or ArgumentException)
        {
            throw new TrainingConfigurationException($"{Name}: {exception.Message}", exception);
        }
    }

    /// <summary>Creates the policy that halts tokens.</summary>
    public IHaltingPolicy CreatePolicy(AdaFormerConfiguration sizes) => Exit switch
    {
        HaltingExit.Uniform => AssignedDepthPolicy.Uniform(this),
        HaltingExit.Random => AssignedDepthPolicy.Random(this, sizes.Blocks),
        HaltingExit.Ponder => new PonderPolicy(this),
        HaltingExit.Capacity => new CapacityPolicy(sizes, this),
        _ => new AblatedConfidencePolicy(sizes, this),
    };

    /// <summary>Adds the network's ablation to a weights file's metadata: nothing for AdaFormer.</summary>
    public IReadOnlyDictionary<string, string> AddTo(IReadOnlyDictionary<string, string> metadata) => OfNetwork == None
        ? metadata
        : new Dictionary<string, string>(metadata)
        {
            [AdaFormerConfiguration.AblationKey] = JsonSerializer.Serialize(OfNetwork, TrainingConfigurationFile.Options),
        };

    /// <exception cref="WeightsFormatException">The metadata's ablation is invalid.</exception>
    public static Ablation FromMetadata(IReadOnlyDictionary<string, string> metadata)
    {
        if (!metadata.TryGetValue(AdaFormerConfiguration.AblationKey, out var json))
            return None;
        try
        {
            return JsonSerializer.Deserialize<Ablation>(json, TrainingConfigurationFile.Options) ?? None;
        }
        catch (JsonException exception)
        {
            throw new WeightsFormatException($"The metadata's ablation '{json}' is invalid: {exception.Message}", exception);
        }
    }
}

/// <summary>The attention of a block.</summary>
public enum AttentionBranches
{
    /// <summary>Within windows only.</summary>
    Local,

    /// <summary>Within windows, and by prototypes over the whole picture.</summary>
    LocalAndGlobal,
}

/// <summary>The branches that skip halted tokens.</summary>
public enum HaltingMasks
{
    /// <summary>None: nothing halts.</summary>
    None,

    /// <summary>The local branch: halted windows have no local attention, and all tokens stay.</summary>
    Local,

    /// <summary>Both branches.</summary>
    LocalAndGlobal,
}

/// <summary>The halting criterion.</summary>
public enum HaltingExit
{
    /// <summary>The confidence estimator, trained by the uncertainty-guided loss: AdaFormer.</summary>
    Confidence,

    /// <summary>Independent of the picture: every token halts after the same number of blocks.</summary>
    Uniform,

    /// <summary>Random: every window halts after a number of blocks drawn for its position.</summary>
    Random,

    /// <summary>
    /// A probability read from the token itself, with the ponder loss: Yin et al., "A-ViT: Adaptive Tokens for Efficient Vision
    /// Transformer", CVPR 2022. The output is the tokens' mean over the blocks, weighted by it.
    /// </summary>
    Ponder,

    /// <summary>
    /// A regressor of how much the next block would improve the picture: Wang et al., "Adaptive Patch Exiting for Scalable Single Image
    /// Super-Resolution", 2022. The loss is that of the pictures after every block.
    /// </summary>
    Capacity,
}

/// <summary>The loss of the confidence estimator.</summary>
public enum EstimatorLoss
{
    /// <summary>The uncertainty-guided loss C·e − log C (Eq. 17).</summary>
    Likelihood,

    /// <summary>(log C + log e)² with a token's mean error e ≥ 1: an error of 2 for 1 costs as much as one of 20 for 10.</summary>
    LogError,
}
