using System.Text.Json;
using AdaFormer.Export;
using AdaFormer.Export.Weights;

namespace AdaFormer.Training;

/// <summary>
/// Departures from AdaFormer, to measure what its parts are worth: the section <c>ablation</c> of a training configuration. The defaults
/// are AdaFormer. A network that departs says so in its weights' metadata, and no ONNX graph is made of it.
/// </summary>
public sealed record Ablation
{
    private static readonly Ablation None = new();

    /// <summary>Which attention a block has: local or local_and_global. Default: local_and_global.</summary>
    public AttentionBranches Branches { get; init; } = AttentionBranches.LocalAndGlobal;

    /// <summary>Which branches leave halted tokens out: none, local or local_and_global. Default: local_and_global.</summary>
    public HaltingMasks Masks { get; init; } = HaltingMasks.LocalAndGlobal;

    /// <summary>What halts tokens: confidence, uniform, random, ponder or capacity. Default: confidence.</summary>
    public HaltingExit Exit { get; init; } = HaltingExit.Confidence;

    /// <summary>With uniform and random exits, after how many blocks a token leaves, on average. Default: 2.</summary>
    public int ExitDepth { get; init; } = 2;

    /// <summary>With random exits, the seed of the depths. Default: 0.</summary>
    public long ExitSeed { get; init; }

    /// <summary>Whether all blocks have one estimator, not one each. Default: true.</summary>
    public bool SharedEstimator { get; init; } = true;

    /// <summary>Whether each token is normalized (LayerNorm without weights) before the estimator. Default: false.</summary>
    public bool NormalizedEstimatorInput { get; init; }

    /// <summary>Whether the estimator starts at random though initial_weights have one. Default: false.</summary>
    public bool FreshEstimator { get; init; }

    /// <summary>Whether the picture's error is a constant to the estimator's loss, so that it does not drive the trunk. Default: true.</summary>
    public bool DetachedError { get; init; } = true;

    /// <summary>Whether the estimator's loss stops at the tokens it reads, so that it does not drive the trunk. Default: true.</summary>
    public bool DetachedTokens { get; init; } = true;

    /// <summary>What the confidence learns from: likelihood or log_error. Default: likelihood.</summary>
    public EstimatorLoss EstimatorLoss { get; init; } = EstimatorLoss.Likelihood;

    /// <summary>To which power the likelihood takes the error in grey levels. Default: 1.</summary>
    public double ErrorPower { get; init; } = 1;

    /// <summary>Whether the exit has weights of its own.</summary>
    internal bool HasEstimator => Exit is HaltingExit.Confidence or HaltingExit.Capacity;

    /// <summary>What of this makes another network, without what only its training sees.</summary>
    internal Ablation OfNetwork => this with
    {
        FreshEstimator = None.FreshEstimator,
        DetachedError = None.DetachedError,
        DetachedTokens = None.DetachedTokens,
        EstimatorLoss = None.EstimatorLoss,
        ErrorPower = None.ErrorPower,
    };

    /// <summary>Returns this ablation if a network of so many blocks can be built with it.</summary>
    /// <exception cref="ArgumentException">A setting is out of range or contradicts another; the message names it.</exception>
    public Ablation Validated(int blocks)
    {
        if (Branches == AttentionBranches.Local && Masks == HaltingMasks.LocalAndGlobal)
            throw new ArgumentException("masks is local_and_global; expected none or local, because branches is local.");
        if (Exit is HaltingExit.Uniform or HaltingExit.Random && (ExitDepth < 1 || ExitDepth > blocks))
            throw new ArgumentException($"exit_depth is {ExitDepth}; expected 1 to the number of blocks, {blocks}.");
        if (!(ErrorPower > 0))
            throw new ArgumentException(FormattableString.Invariant($"error_power is {ErrorPower}; expected more than 0."));
        return this;
    }

    /// <summary>What a weights file says of its network's ablation: nothing where it is AdaFormer.</summary>
    internal string? ToMetadata() => OfNetwork == None ? null : JsonSerializer.Serialize(OfNetwork, TrainingConfigurationFile.Options);

    /// <exception cref="WeightsFormatException">The metadata's ablation cannot be understood.</exception>
    internal static Ablation FromMetadata(IReadOnlyDictionary<string, string> metadata)
    {
        if (!metadata.TryGetValue(AdaFormerConfiguration.AblationKey, out var json))
            return None;
        try
        {
            return JsonSerializer.Deserialize<Ablation>(json, TrainingConfigurationFile.Options) ?? None;
        }
        catch (JsonException exception)
        {
            throw new WeightsFormatException($"The metadata's ablation '{json}' cannot be understood: {exception.Message}", exception);
        }
    }
}
