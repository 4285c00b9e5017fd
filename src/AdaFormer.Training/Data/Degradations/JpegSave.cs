using AdaFormer.ImageSharp;
using AdaFormer.Imaging;

namespace AdaFormer.Training.Data.Degradations;

/// <summary>Saves as JPEG and reads again, with a real encoder and decoder.</summary>
/// <param name="Quality">1 to 100, on libjpeg's scale.</param>
/// <param name="FullChroma">Whether colours keep their resolution (4:4:4) or lose half of it in each direction (4:2:0).</param>
/// <param name="PhaseX">Offset of the grid from a square's left column in pixels, 0 to 15.</param>
/// <param name="PhaseY">Offset from the top row.</param>
internal readonly record struct JpegSave(int Quality, bool FullChroma, int PhaseX, int PhaseY)
{
    /// <summary>Side of the largest separately coded unit: 16 pixels with 4:2:0.</summary>
    public const int Grid = 16;

    /// <summary>Saves a square and returns its interior, <see cref="Grid"/> pixels from each edge: the part covered by whole units wherever the grid lies.</summary>
    /// <param name="planes">Red, green and blue in 0..1, (3, side, side); rounded to 8 bits.</param>
    /// <param name="side">Side in pixels, more than two units.</param>
    public float[] Interior(float[] planes, int side)
    {
        var square = new Picture(side - PhaseX, side - PhaseY, PixelLayout.Rgb);
        for (var y = 0; y < square.Height; y++)
        {
            var row = square.Row8(y);
            var index = ((y + PhaseY) * side) + PhaseX;
            for (var x = 0; x < row.Length; x += 3, index++)
                (row[x], row[x + 1], row[x + 2]) = (GreyLevel.Of(planes[index]), GreyLevel.Of(planes[index + (side * side)]), GreyLevel.Of(planes[index + (2 * side * side)]));
        }

        var saved = JpegRoundTrip.Apply(square, Quality, FullChroma);
        var inner = side - (2 * Grid);
        var result = new float[3 * inner * inner];
        for (var index = 0; index < inner * inner; index++)
        {
            var pixel = saved.Row8((index / inner) + Grid - PhaseY).Slice(3 * ((index % inner) + Grid - PhaseX), 3);
            for (var channel = 0; channel < 3; channel++)
                result[(channel * inner * inner) + index] = pixel[channel] / 255f;
        }

        return result;
    }
}

/// <summary>Converts numbers in 0..1 to 8-bit levels.</summary>
internal static class GreyLevel
{
    /// <summary>The nearest of 0 to 255.</summary>
    public static byte Of(float value) => (byte)Math.Clamp(MathF.Round(value * 255), 0, 255);
}
