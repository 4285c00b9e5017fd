namespace AdaFormer.Imaging;

/// <summary>The channels of a picture, interleaved; the value is their number.</summary>
public enum PixelLayout
{
    /// <summary>Luminance only.</summary>
    Gray = 1,

    /// <summary>Luminance and straight (not premultiplied) alpha.</summary>
    GrayAlpha = 2,

    /// <summary>Red, green, blue.</summary>
    Rgb = 3,

    /// <summary>Red, green, blue and straight (not premultiplied) alpha.</summary>
    Rgba = 4,
}

/// <summary>What layouts have in common.</summary>
public static class PixelLayoutExtensions
{
    /// <summary>Whether the picture has luminance in place of colours.</summary>
    public static bool IsGray(this PixelLayout layout) => layout is PixelLayout.Gray or PixelLayout.GrayAlpha;

    /// <summary>Whether the last channel is alpha.</summary>
    public static bool HasAlpha(this PixelLayout layout) => layout is PixelLayout.GrayAlpha or PixelLayout.Rgba;
}
