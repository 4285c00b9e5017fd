namespace AdaFormer.Imaging;

/// <summary>The channels of a picture, interleaved; the value is their number.</summary>
public enum PixelLayout
{
    /// <summary>Luminance only.</summary>
    Gray = 1,

    /// <summary>Red, green, blue.</summary>
    Rgb = 3,

    /// <summary>Red, green, blue and straight (not premultiplied) alpha.</summary>
    Rgba = 4,
}
