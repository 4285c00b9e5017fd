using TorchSharp;
using static TorchSharp.torch;

namespace AdaFormer.Training.Network;

/// <summary>Which windows and tokens a block still works on.</summary>
/// <param name="Windows">Windows whose local branch runs (Eq. 19), (windows).</param>
/// <param name="Tokens">Tokens whose global branch runs (Eq. 22), (windows, S²).</param>
internal sealed record HaltingMask(Tensor Windows, Tensor Tokens)
{
    /// <summary>Compares halting scores with a threshold; null when nothing is known to be halted, so that callers can skip the masks.</summary>
    /// <param name="scores">R, (windows, S²).</param>
    /// <param name="threshold">1 − ε_h: at or above it is halted.</param>
    public static HaltingMask? From(Tensor scores, double threshold)
    {
        if (threshold == double.PositiveInfinity)
            return null;
        var tokens = scores < (float)threshold;
        // Only a CPU can be asked for free: another device would have to finish all of its work before it answered.
        return scores.device_type == DeviceType.CPU && tokens.all().item<bool>() ? null : new HaltingMask(scores.mean([1]) < (float)threshold, tokens);
    }

    /// <summary>Tokens that at least one branch keeps, (windows, S²). The others have left: nothing changes them.</summary>
    public Tensor Live => Tokens | Windows.unsqueeze(1);
}
