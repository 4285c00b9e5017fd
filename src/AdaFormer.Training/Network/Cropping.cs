using static TorchSharp.torch;

namespace AdaFormer.Training.Network;

/// <summary>Takes padding off again.</summary>
internal static class Cropping
{
    /// <summary>Crops a map at bottom and right to so many times the size of images.</summary>
    public static Tensor ToSize(Tensor map, Tensor images, int scale) => To(map, scale * images.shape[2], scale * images.shape[3]);

    /// <summary>Crops a map of tokens at bottom and right to those that some of the images' pixels are part of.</summary>
    public static Tensor ToTokens(Tensor map, Tensor images, int stride) =>
        To(map, (images.shape[2] + stride - 1) / stride, (images.shape[3] + stride - 1) / stride);

    private static Tensor To(Tensor map, long height, long width) =>
        map.shape[2] == height && map.shape[3] == width ? map : map.narrow(2, 0, height).narrow(3, 0, width);
}
