namespace AdaFormer.MLNet;

/// <summary>
/// How a vector of <see cref="byte"/> or <see cref="float"/> stores an image's pixels: as created by ML.NET's <c>ExtractPixels</c>.
/// Samples are rounded to 8 bits on the way in and out.
/// </summary>
public sealed class PixelVectorLayout
{
    /// <summary>Creates a layout.</summary>
    /// <param name="width">Width of the images in pixels.</param>
    /// <param name="height">Height of the images in pixels.</param>
    public PixelVectorLayout(int width, int height)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        Width = width;
        Height = height;
    }

    /// <summary>Width of the input images in pixels.</summary>
    public int Width { get; }

    /// <summary>Height of the input images in pixels.</summary>
    public int Height { get; }

    /// <summary>
    /// Samples per pixel: 1 for grey; 3 for red, green, blue; 4 for alpha, red, green, blue, with the colours premultiplied by alpha as in an
    /// MLImage. Default: 3.
    /// </summary>
    public int Channels { get; init; } = 3;

    /// <summary>Whether a pixel's samples are adjacent; otherwise each channel is a plane. Default: <see langword="false"/>, planes.</summary>
    public bool Interleaved { get; init; }

    /// <summary>The sample of full intensity: 255 or, for vectors of float, also 1. Default: 255.</summary>
    public float Maximum { get; init; } = 255;

    internal int Length => checked(Width * Height * Channels);
}
