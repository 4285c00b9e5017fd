using AdaFormer.Export.Weights;

namespace AdaFormer.Export.Architectures;

/// <summary>AdaFormer, whose weights files say their sizes in metadata: the number of heads cannot be seen from shapes.</summary>
internal sealed class AdaFormerArchitecture : IArchitecture
{
    public string Name => AdaFormerConfiguration.Architecture;

    public Network? Recognize(Checkpoint checkpoint)
    {
        var named = checkpoint.Metadata.TryGetValue("architecture", out var architecture) && architecture == Name;
        if (!named && !checkpoint.Has("body.confidence.conv1.weight"))
            return null;
        if (checkpoint.Metadata.TryGetValue(AdaFormerConfiguration.AblationKey, out var ablation))
        {
            throw new WeightsFormatException(
                $"The weights are of an ablation, which no graph expresses: {ablation}. Export weights that were trained without one.");
        }

        return new AdaFormerNetwork(AdaFormerConfiguration.FromMetadata(checkpoint.Metadata));
    }
}
