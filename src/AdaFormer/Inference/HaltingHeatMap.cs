using AdaFormer.Imaging;

namespace AdaFormer;

/// <summary>Draws where tokens left early.</summary>
public static class HaltingHeatMap
{
    private const float Opacity = 0.45f;

    // From tokens that left at once to tokens that went through all blocks.
    private static readonly (float Red, float Green, float Blue)[] Ramp =
        [(0.19f, 0.27f, 0.80f), (0.13f, 0.66f, 0.88f), (0.45f, 0.83f, 0.38f), (0.97f, 0.75f, 0.20f), (0.86f, 0.16f, 0.13f)];

    /// <summary>The picture in grey, bicubically enlarged, under colours from blue (left at once) to red (stayed to the end).</summary>
    /// <param name="map">The halting depths of the picture.</param>
    /// <param name="picture">The picture that was upscaled, of the map's size.</param>
    /// <param name="scale">How many times larger to draw: 2, 3 or 4, to compare with the upscaled picture.</param>
    /// <returns>An 8-bit RGB picture.</returns>
    /// <exception cref="ArgumentException">The picture and the map differ in size, or the model does not halt.</exception>
    public static Picture Draw(HaltingMap map, Picture picture, int scale)
    {
        ArgumentNullException.ThrowIfNull(map);
        ArgumentNullException.ThrowIfNull(picture);
        if ((map.Width, map.Height) != (picture.Width, picture.Height))
            throw new ArgumentException($"The picture has {picture.Width}×{picture.Height} pixels, the map {map.Width}×{map.Height} tokens; they must be equal.", nameof(picture));
        if (map.Blocks == 0)
            throw new ArgumentException("The map is of a model that does not halt, so there is nothing to draw.", nameof(map));
        var large = BicubicResampler.Upscale(picture, scale);
        var drawn = new Picture(large.Width, large.Height, PixelLayout.Rgb);
        for (var y = 0; y < drawn.Height; y++)
        {
            var row = drawn.Row8(y);
            var depths = map.Row(y / scale);
            for (var x = 0; x < drawn.Width; x++)
            {
                var grey = Grey(large, x, y);
                var (red, green, blue) = Color((float)depths[x / scale] / map.Blocks);
                row[3 * x] = Blend(red, grey);
                row[(3 * x) + 1] = Blend(green, grey);
                row[(3 * x) + 2] = Blend(blue, grey);
            }
        }

        return drawn;
    }

    private static float Grey(Picture picture, int x, int y)
    {
        var green = picture.Layout == PixelLayout.Gray ? 0 : 1;
        return (float)picture[x, y, green] / picture.MaxValue;
    }

    private static (float Red, float Green, float Blue) Color(float share)
    {
        var position = share * (Ramp.Length - 1);
        var index = Math.Min((int)position, Ramp.Length - 2);
        var part = position - index;
        var (from, to) = (Ramp[index], Ramp[index + 1]);
        return (float.Lerp(from.Red, to.Red, part), float.Lerp(from.Green, to.Green, part), float.Lerp(from.Blue, to.Blue, part));
    }

    private static byte Blend(float color, float grey) => (byte)((255 * float.Lerp(grey, color, Opacity)) + 0.5f);
}
