using static TorchSharp.torch;

namespace AdaFormer.Training.Network;

/// <summary>Takes padding off again.</summary>
internal static class Cropping
{
    /// <summary>Crops a map at bottom and right to so many times the size of images.</summary>
    public static Tensor ToSize(Tensor map, Tensor images, int scale)
    {
        var (height, width) = (scale * images.shape[2], scale * images.shape[3]);
        return map.shape[2] == height && map.shape[3] == width ? map : map.narrow(2, 0, height).narrow(3, 0, width);
    }
}
