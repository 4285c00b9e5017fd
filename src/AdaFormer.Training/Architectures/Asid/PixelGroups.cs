using static TorchSharp.torch;

namespace AdaFormer.Training.Architectures.Asid;

/// <summary>The 64 pixels that attend to each other.</summary>
internal enum Reach
{
    /// <summary>The 8×8 pixels of a window.</summary>
    Local,

    /// <summary>8×8 pixels spread over the whole image at equal distances, an eighth of its height and width.</summary>
    Global,
}

/// <summary>Divides an image into groups of 64 pixels, in either way.</summary>
internal static class PixelGroups
{
    public const long Side = 8;

    /// <summary>(N, C, 8X, 8Y) → (N·X·Y, 64, C).</summary>
    public static Tensor Split(Tensor image, Reach reach)
    {
        var (images, channels, down, across) = (image.shape[0], image.shape[1], image.shape[2] / Side, image.shape[3] / Side);
        var groups = reach == Reach.Local
            ? image.reshape(images, channels, down, Side, across, Side).permute(0, 2, 4, 3, 5, 1)
            : image.reshape(images, channels, Side, down, Side, across).permute(0, 3, 5, 2, 4, 1);
        return groups.reshape(-1, Side * Side, channels);                                   // (N, X, Y, 8, 8, C) before
    }

    /// <summary>(N·X·Y, 64, C) → (N, C, 8X, 8Y).</summary>
    /// <param name="groups">The groups.</param>
    /// <param name="image">An image of that size.</param>
    /// <param name="reach">How it was divided.</param>
    public static Tensor Merge(Tensor groups, Tensor image, Reach reach)
    {
        var (images, height, width) = (image.shape[0], image.shape[2], image.shape[3]);
        var pixels = groups.reshape(images, height / Side, width / Side, Side, Side, -1);   // (N, X, Y, 8, 8, C)
        var ordered = reach == Reach.Local ? pixels.permute(0, 5, 1, 3, 2, 4) : pixels.permute(0, 5, 3, 1, 4, 2);
        return ordered.reshape(images, -1, height, width);
    }
}
