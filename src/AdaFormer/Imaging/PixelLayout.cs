namespace AdaFormer.Imaging;

/// <summary>The interleaved channels of a picture; the value is their number.</summary>
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

/// <summary>Properties of pixel layouts.</summary>
public static class PixelLayoutExtensions
{
    /// <summary>Whether the layout has luminance instead of colours.</summary>
    public static bool IsGray(this PixelLayout layout) => layout is PixelLayout.Gray or PixelLayout.GrayAlpha;

    /// <summary>Whether the last channel is alpha.</summary>
    public static bool HasAlpha(this PixelLayout layout) => layout is PixelLayout.GrayAlpha or PixelLayout.Rgba;
}
