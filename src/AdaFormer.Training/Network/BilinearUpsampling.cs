using TorchSharp;
using static TorchSharp.torch;

namespace AdaFormer.Training.Network;

/// <summary>Bilinear upsampling with half-pixel centres.</summary>
internal static class BilinearUpsampling
{
    public static Tensor By(Tensor map, int scale) => nn.functional.interpolate(
        map, [map.shape[2] * scale, map.shape[3] * scale], mode: InterpolationMode.Bilinear, align_corners: false);
}
