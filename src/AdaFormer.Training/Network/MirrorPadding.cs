using static TorchSharp.torch;

namespace AdaFormer.Training.Network;

/// <summary>Padding at bottom and right by mirroring without repeating the edge pixel, back and forth where the axis is short.</summary>
internal static class MirrorPadding
{
    public static Tensor ToMultiple(Tensor images, long multiple)
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
}
