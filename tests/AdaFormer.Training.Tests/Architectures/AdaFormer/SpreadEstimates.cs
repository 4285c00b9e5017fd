using AdaFormer.Training.Architectures.AdaFormer;
using static TorchSharp.torch;

namespace AdaFormer.Training.Tests.Architectures.AdaFormer;

internal static class SpreadEstimates
{
    /// <summary>Makes an untrained estimator tell tokens apart.</summary>
    public static void SpreadConfidences(this AdaFormerNetwork network)
    {
        using var _ = no_grad();
        foreach (var (name, parameter) in network.named_parameters())
        {
            if (name.StartsWith(AdaFormerNetwork.EstimatorPrefix, StringComparison.Ordinal) && parameter.dim() > 1)
                parameter.normal_(0, 0.3);
        }
    }
}
