namespace AdaFormer.ImageSharp;

/// <summary>How <see cref="ImageSharpEncoder"/> compresses.</summary>
public sealed class ImageSharpEncoderOptions
{
    /// <summary>Quality of JPEG and lossy WebP, 1 to 100. Default: 92, whose losses are hardly seen.</summary>
    public int Quality { get; init; } = 92;

    /// <summary>Whether WebP is written without loss. Default: no.</summary>
    public bool LosslessWebp { get; init; }
}
