using AdaFormer.Imaging;

namespace AdaFormer;

/// <summary>Draws where tokens halted early.</summary>
public static class HaltingHeatMap
{
    private const float Opacity = 0.45f;

    // From tokens that halted at once to tokens that went through all blocks.
    private static readonly (float Red, float Green, float Blue)[] Ramp =
        [(0.19f, 0.27f, 0.80f), (0.13f, 0.66f, 0.88f), (0.45f, 0.83f, 0.38f), (0.97f, 0.75f, 0.20f), (0.86f, 0.16f, 0.13f)];

    // What a second model refined.
    private static readonly (float Red, float Green, float Blue) Refined = (0.95f, 0.20f, 0.85f);

    /// <summary>Draws the picture in grey, bicubically enlarged, under colours from blue (halted at once) to red (stayed to the end).</summary>
    /// <param name="map">The halting depths of the picture.</param>
    /// <param name="picture">The picture that was upscaled, of the map's size.</param>
    /// <param name="scale">How many times larger to draw, such as the model's scale, to compare with the upscaled picture.</param>
    /// <returns>An 8-bit RGB picture.</returns>
    /// <exception cref="ArgumentException">The picture and the map differ in size, or the model does not halt.</exception>
    public static Picture Draw(HaltingMap map, Picture picture, int scale)
    {
        ArgumentNullException.ThrowIfNull(map);
        ArgumentNullException.ThrowIfNull(picture);
        if ((map.Width, map.Height) != (picture.Width, picture.Height))
            throw new ArgumentException($"The picture has {picture.Width}×{picture.Height} pixels, the map {map.Width}×{map.Height} tokens; they must be equal.", nameof(picture));
        if (map.Blocks == 0)
            throw new ArgumentException("The map comes from a model that does not halt, so there is nothing to draw.", nameof(map));
        return Draw(map, 0, new PictureBand(picture, 0), new BicubicUpscaling(picture.Width, picture.Height, scale), scale);
    }

    /// <summary>Draws some rows of the map.</summary>
    /// <param name="map">The rows' halting depths.</param>
    /// <param name="isRefined">Whether a second model refined a pixel; <see langword="null"/>: there is none.</param>
    /// <param name="top">The row of the picture that the map's first row belongs to.</param>
    /// <param name="picture">These rows of the picture and those that the interpolation needs beyond.</param>
    /// <param name="interpolation">The interpolation of the whole picture.</param>
    /// <param name="scale">How many times larger.</param>
    internal static Picture Draw(HaltingMap map, int top, PictureBand picture, BicubicUpscaling interpolation, int scale, Func<int, int, bool>? isRefined = null)
    {
        var channel = picture.Picture.Layout.IsGray() ? 0 : 1;
        var large = interpolation.Upscale(picture, channel, top, top + map.Height).Picture;
        var drawn = new Picture(large.Width, large.Height, PixelLayout.Rgb);
        for (var y = 0; y < drawn.Height; y++)
        {
            var row = drawn.Row8(y);
            var depths = map.Row(y / scale);
            for (var x = 0; x < drawn.Width; x++)
            {
                var grey = (float)large[x, y, 0] / large.MaxValue;
                var (red, green, blue) = isRefined?.Invoke(x / scale, top + (y / scale)) == true ? Refined : Color(map.Blocks == 0 ? 0 : (float)depths[x / scale] / map.Blocks);
                row[3 * x] = Blend(red, grey);
                row[(3 * x) + 1] = Blend(green, grey);
                row[(3 * x) + 2] = Blend(blue, grey);
            }
        }

        return drawn;
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

/// <summary>Draws the heat map of a picture whose rows arrive one after another.</summary>
internal sealed class HeatMapRows
{
    private readonly BicubicUpscaling _interpolation;
    private readonly Action<Picture, int> _next;

    /// <param name="picture">The picture.</param>
    /// <param name="scale">How many times larger the map is drawn.</param>
    /// <param name="larger">The picture whose size the map shall have.</param>
    /// <param name="sink">Receives the map: 8-bit RGB.</param>
    public HeatMapRows(PictureInfo picture, int scale, PictureInfo larger, IPictureSink sink)
    {
        (Scale, _interpolation, _next) = (scale, new BicubicUpscaling(picture.Width, picture.Height, scale), sink.WriteRow);
        var drawn = new PictureInfo(picture.Width * scale, picture.Height * scale, PixelLayout.Rgb, 8);
        if ((drawn.Width, drawn.Height) != (larger.Width, larger.Height))
            _next = new ResampleStage(drawn, drawn with { Width = larger.Width, Height = larger.Height }, _next).WriteRow;
    }

    /// <summary>How many times larger the map is drawn.</summary>
    public int Scale { get; }

    /// <summary>Whether a second model refined a pixel; <see langword="null"/>: there is none.</summary>
    public Func<int, int, bool>? IsRefined { get; set; }

    /// <summary>Draws some rows.</summary>
    /// <param name="depths">The rows' halting depths.</param>
    /// <param name="top">The row of the picture that the first of these belongs to.</param>
    /// <param name="rows">These rows of the picture and those that the interpolation needs beyond.</param>
    public void Draw(HaltingMap depths, int top, PictureBand rows)
    {
        var drawn = HaltingHeatMap.Draw(depths, top, rows, _interpolation, Scale, IsRefined);
        for (var y = 0; y < drawn.Height; y++)
            _next(drawn, y);
    }
}
