using AdaFormer.Imaging;

namespace AdaFormer.Training.Data;

/// <summary>
/// A high-resolution picture, cropped at the top left to a multiple of the scale, and its exact bicubic reduction; 8-bit RGB.
/// </summary>
/// <param name="High">The true picture.</param>
/// <param name="Low">What the network gets.</param>
internal sealed record PicturePair(Picture High, Picture Low)
{
    /// <summary>What a teacher makes of <see cref="Low"/>, of the size of <see cref="High"/>; null: there is no teacher.</summary>
    public Picture? Teacher { get; init; }

    public static PicturePair From(Picture picture, int scale)
    {
        var (width, height) = (picture.Width / scale * scale, picture.Height / scale * scale);
        var high = ToRgb8(picture, width, height);
        return new PicturePair(high, BicubicResampler.Downscale(high, scale));
    }

    private static Picture ToRgb8(Picture source, int width, int height)
    {
        if (source is { Layout: PixelLayout.Rgb, BitDepth: 8 } && source.Width == width && source.Height == height)
            return source;
        var rgb = new Picture(width, height, PixelLayout.Rgb);
        var shift = source.BitDepth == 16 ? 257 : 1;
        for (var y = 0; y < height; y++)
        {
            var row = rgb.Row8(y);
            for (var x = 0; x < width; x++)
            {
                for (var channel = 0; channel < 3; channel++)
                    row[3 * x + channel] = (byte)((source[x, y, source.Layout.IsGray() ? 0 : channel] + shift / 2) / shift);
            }
        }

        return rgb;
    }
}
