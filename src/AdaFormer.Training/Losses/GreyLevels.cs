using TorchSharp;
using static TorchSharp.torch;

namespace AdaFormer.Training.Losses;

/// <summary>Errors in grey levels, 0..255.</summary>
internal static class GreyLevels
{
    private const double White = 255;

    /// <param name="difference">|I_hr − I_sr| in 0..1, (N, 3, sH, sW).</param>
    /// <returns>The mean over RGB of every pixel, (N, 1, sH, sW).</returns>
    public static Tensor OfPixels(Tensor difference) => difference.mean([1], keepdim: true) * White;

    /// <param name="difference">|I_hr − I_sr| in 0..1, (N, 3, sH, sW).</param>
    /// <param name="tokenSide">Side of the square of high-resolution pixels that a token makes, s·t; at the edge it may make fewer.</param>
    /// <returns>The mean over the pixels that a token makes, (N, 1, ⌈H/t⌉, ⌈W/t⌉).</returns>
    public static Tensor OfTokens(Tensor difference, int tokenSide) =>
        nn.functional.avg_pool2d(OfPixels(difference), tokenSide, ceil_mode: true);
}
