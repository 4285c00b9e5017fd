using AdaFormer.Imaging;

namespace AdaFormer;

/// <summary>Colours for a model that enlarges luma only. ITU-R BT.601 with full range, as in JPEG files.</summary>
internal static class YCbCr
{
    private const float LumaRed = 0.299f;
    private const float LumaGreen = 0.587f;
    private const float LumaBlue = 0.114f;

    /// <summary>Makes a picture of luma and the colours of a smaller one, which are enlarged bicubically.</summary>
    /// <param name="image">The smaller one's red, green and blue: (3, height, width).</param>
    /// <param name="width">Its width.</param>
    /// <param name="height">Its height.</param>
    /// <param name="scale">How many times larger the picture is.</param>
    /// <param name="upscaled">Its luma in the first plane of (3, scale·height, scale·width); receives red, green and blue.</param>
    public static void AddColors(ReadOnlySpan<float> image, int width, int height, int scale, Span<float> upscaled)
    {
        var (plane, large) = (width * height, upscaled.Length / 3);
        var red = image[..plane];
        var green = image.Slice(plane, plane);
        var blue = image.Slice(2 * plane, plane);
        if (red.SequenceEqual(green) && red.SequenceEqual(blue))
        {
            upscaled[..large].CopyTo(upscaled[large..]);
            upscaled[..large].CopyTo(upscaled[(2 * large)..]);
            return;
        }

        var luma = PixelTensor.Luminance(red, green, blue);
        var (fromRed, fromBlue) = (Enlarged(red, luma, width, height, scale), Enlarged(blue, luma, width, height, scale));
        for (var index = 0; index < large; index++)
        {
            var (y, moreRed, moreBlue) = (upscaled[index], fromRed[index], fromBlue[index]);
            upscaled[index] = y + moreRed;
            upscaled[large + index] = y - (((LumaRed * moreRed) + (LumaBlue * moreBlue)) / LumaGreen);
            upscaled[(2 * large) + index] = y + moreBlue;
        }
    }

    // R − Y and B − Y are Cr and Cb times a constant, which interpolation leaves alone.
    private static float[] Enlarged(ReadOnlySpan<float> color, ReadOnlySpan<float> luma, int width, int height, int scale)
    {
        var difference = new float[color.Length];
        for (var index = 0; index < difference.Length; index++)
            difference[index] = color[index] - luma[index];
        return Bicubic(difference, width, height, scale);
    }

    private static float[] Bicubic(float[] source, int width, int height, int scale)
    {
        var (columns, rows) = (new ResampleWeights(width, width * scale, scale), new ResampleWeights(height, height * scale, scale));
        var wide = new float[width * scale * height];
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width * scale; x++)
                wide[(y * width * scale) + x] = Sum(columns, x, y * width, 1, source);
        }

        var result = new float[width * scale * height * scale];
        for (var y = 0; y < height * scale; y++)
        {
            for (var x = 0; x < width * scale; x++)
                result[(y * width * scale) + x] = Sum(rows, y, x, width * scale, wide);
        }

        return result;
    }

    private static float Sum(ResampleWeights weights, int output, int start, int step, float[] samples)
    {
        var (sum, first) = (0.0, weights.First(output));
        var taps = weights[output];
        for (var tap = 0; tap < taps.Length; tap++)
            sum += taps[tap] * samples[start + (weights.Mirror(first + tap) * step)];
        return (float)sum;
    }
}
