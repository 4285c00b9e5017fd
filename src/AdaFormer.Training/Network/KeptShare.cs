namespace AdaFormer.Training.Network;

/// <summary>What a block worked on, as shares between 0 and 1.</summary>
/// <param name="Windows">Windows with local attention.</param>
/// <param name="Tokens">Tokens with global attention.</param>
/// <param name="Live">Tokens with either.</param>
internal readonly record struct KeptShare(double Windows, double Tokens, double Live)
{
    public static KeptShare All { get; } = new(1, 1, 1);

    public static KeptShare Of(HaltingMask mask) => new(Share(mask.Windows), Share(mask.Tokens), Share(mask.Live));

    private static double Share(TorchSharp.torch.Tensor kept) => kept.sum().item<long>() / (double)kept.numel();
}
