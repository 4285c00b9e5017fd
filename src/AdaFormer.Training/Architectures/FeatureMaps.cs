using TorchSharp;
using static TorchSharp.torch;

namespace AdaFormer.Training.Architectures;

/// <summary>Resizes, crops and pads maps (N, C, H, W).</summary>
internal static class FeatureMaps
{
    /// <summary>Bilinear upsampling with half-pixel centres.</summary>
    public static Tensor Bilinear(Tensor map, int scale) => nn.functional.interpolate(
        map, [map.shape[2] * scale, map.shape[3] * scale], mode: InterpolationMode.Bilinear, align_corners: false);

    /// <summary>Crops a map at bottom and right to a multiple of the images' size.</summary>
    public static Tensor CropTo(Tensor map, Tensor images, int scale) => Crop(map, scale * images.shape[2], scale * images.shape[3]);

    /// <summary>Crops a map of tokens at bottom and right to those that contain some of the images' pixels.</summary>
    public static Tensor CropToTokens(Tensor map, Tensor images, int stride) =>
        Crop(map, (images.shape[2] + stride - 1) / stride, (images.shape[3] + stride - 1) / stride);

    /// <summary>Pads images at bottom and right by mirroring without repeating the edge pixel, back and forth if the axis is short.</summary>
    public static Tensor PadToMultiple(Tensor images, long multiple)
    {
        foreach (var axis in new[] { 2, 3 })
        {
            var length = images.shape[axis];
            if (length % multiple != 0)
                images = images.index_select(axis, tensor(MirroredIndices(length, multiple), device: images.device));
        }

        return images;
    }

    internal static long[] MirroredIndices(long length, long multiple)
    {
        var indices = new long[(length + multiple - 1) / multiple * multiple];
        var period = Math.Max(1, 2 * (length - 1));
        for (var i = 0L; i < indices.Length; i++)
        {
            var phase = i % period;
            indices[i] = phase < length ? phase : period - phase;
        }

        return indices;
    }

    private static Tensor Crop(Tensor map, long height, long width) =>
        map.shape[2] == height && map.shape[3] == width ? map : map.narrow(2, 0, height).narrow(3, 0, width);
}
