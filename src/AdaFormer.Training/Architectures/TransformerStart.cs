using TorchSharp.Modules;
using static TorchSharp.torch;

namespace AdaFormer.Training.Architectures;

/// <summary>Random weights as vision transformers start from.</summary>
internal static class TransformerStart
{
    /// <summary>The deviation of small weights.</summary>
    public const double Deviation = 0.02;

    /// <summary>Linear layers at small weights and without a shift; all others stay as they are.</summary>
    public static void StartLinearLayersSmall(this nn.Module network)
    {
        using var _ = no_grad();
        foreach (var layer in network.modules().OfType<Linear>())
        {
            nn.init.trunc_normal_(layer.weight!, std: Deviation);
            layer.bias?.zero_();
        }
    }
}
