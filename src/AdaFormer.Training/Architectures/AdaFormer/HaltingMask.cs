using TorchSharp;
using static TorchSharp.torch;

namespace AdaFormer.Training.Architectures.AdaFormer;

/// <summary>The windows and tokens that a block still processes.</summary>
/// <param name="Windows">Windows whose local branch runs (Eq. 19), (windows).</param>
/// <param name="Tokens">Tokens whose global branch runs (Eq. 22), (windows, S²).</param>
internal sealed record HaltingMask(Tensor Windows, Tensor Tokens)
{
    /// <summary>Compares halting scores with a threshold; null if it is known that nothing is halted, so that callers can skip the masks.</summary>
    /// <param name="scores">R, (windows, S²).</param>
    /// <param name="threshold">1 − ε_h: at or above it a token is halted; infinity halts nothing.</param>
    public static HaltingMask? From(Tensor scores, double threshold) => threshold == double.PositiveInfinity
        ? null
        : Where(scores.mean([1]) < (float)threshold, scores < (float)threshold);

    /// <summary>The mask of these windows and tokens; null if it is known to keep all.</summary>
    public static HaltingMask? Where(Tensor windows, Tensor tokens) =>
        // Only a CPU can be queried at no cost: another device would have to finish all of its work first.
        windows.device_type == DeviceType.CPU && (tokens.all() & windows.all()).item<bool>() ? null : new HaltingMask(windows, tokens);

    /// <summary>Tokens that at least one branch keeps, (windows, S²). The others have halted: nothing changes them.</summary>
    public Tensor Live => Tokens | Windows.unsqueeze(1);
}

/// <summary>The shares that a block processed, between 0 and 1.</summary>
/// <param name="Windows">Windows with local attention.</param>
/// <param name="Tokens">Tokens with global attention.</param>
/// <param name="Live">Tokens with either.</param>
internal readonly record struct KeptShare(double Windows, double Tokens, double Live)
{
    public static KeptShare All { get; } = new(1, 1, 1);

    public static KeptShare Of(HaltingMask mask) => new(Share(mask.Windows), Share(mask.Tokens), Share(mask.Live));

    private static double Share(Tensor kept) => kept.sum().item<long>() / (double)kept.numel();
}
