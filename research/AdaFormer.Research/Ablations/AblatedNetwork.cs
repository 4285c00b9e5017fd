using AdaFormer.Export;
using AdaFormer.Export.Weights;
using AdaFormer.Training.Architectures.AdaFormer;
using AdaFormer.Training.Configuration;

namespace AdaFormer.Research.Ablations;

/// <summary>Creates networks that depart from AdaFormer, or AdaFormer itself if nothing departs.</summary>
internal static class AblatedNetwork
{
    /// <summary>Creates a network with random weights.</summary>
    /// <exception cref="ArgumentException">Sizes or ablation do not form a valid network; the message names what is wrong.</exception>
    public static AdaFormerNetwork Create(AdaFormerConfiguration sizes, Ablation ablation) => new(
        sizes, c => ablation.Validated(c.Blocks).CreatePolicy(c), globalBranch: ablation.Branches == AttentionBranches.LocalAndGlobal);

    /// <summary>Creates a network with a file's weights; sizes and ablation come from the metadata.</summary>
    /// <exception cref="WeightsFormatException">
    /// The metadata or a tensor is missing, has another shape, or does not belong to the architecture.
    /// </exception>
    public static AdaFormerNetwork Load(SafetensorsFile file)
    {
        var ablation = Ablation.FromMetadata(file.Metadata);
        return NetworkWeights.Load(file, sizes => Create(sizes, ablation));
    }
}

/// <summary>A network that departs from AdaFormer, for the trainer.</summary>
internal sealed class TrainableAblation(TrainingConfiguration configuration, Ablation ablation)
    : TrainableAdaFormer(configuration, AblatedNetwork.Create(configuration.Network, ablation))
{
    private readonly Ablation _ablation = ablation;

    public override SafetensorsFile Save(IReadOnlyDictionary<string, string> metadata) => base.Save(_ablation.AddTo(metadata));

    protected override bool HasEstimatorOf(SafetensorsFile weights) =>
        !_ablation.FreshEstimator && Ablation.FromMetadata(weights.Metadata) == _ablation.OfNetwork;
}
