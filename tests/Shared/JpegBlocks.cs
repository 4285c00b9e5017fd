using AdaFormer.Imaging;

namespace AdaFormer.Tests;

/// <summary>What JPEG does to a picture's Y, and nothing else of it, by the text of the standard (ITU-T T.81): a block's DCT, rounded to steps.</summary>
internal static class JpegBlocks
{
    // ITU-T T.81, table K.1.
    private static readonly int[] Luminance =
    [
        16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55, 14, 13, 16, 24, 40, 57, 69, 56, 14, 17, 22, 29, 51, 87, 80, 62,
        18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113, 92, 49, 64, 78, 87, 103, 121, 120, 101, 72, 92, 95, 98, 112, 100, 103, 99,
    ];

    private static readonly double[,] Cosines = MakeCosines();

    /// <summary>Spoils the whole blocks of an 8-bit picture.</summary>
    /// <param name="picture">Stays as it is; its three colours, or grey, change alike.</param>
    /// <param name="quality">1 to 100, as libjpeg counts.</param>
    /// <param name="left">The column where the first block begins.</param>
    /// <param name="top">The row where the first block begins.</param>
    public static Picture Spoil(Picture picture, int quality, int left = 0, int top = 0)
    {
        var spoilt = new Picture(picture.Width, picture.Height, picture.Layout);
        for (var y = 0; y < picture.Height; y++)
            picture.Row8(y).CopyTo(spoilt.Row8(y));
        var scale = quality < 50 ? 5000 / quality : 200 - (2 * quality);
        for (var y = top; y + 8 <= picture.Height; y += 8)
        {
            for (var x = left; x + 8 <= picture.Width; x += 8)
                SpoilBlock(spoilt, x, y, Array.ConvertAll(Luminance, step => Math.Clamp(((step * scale) + 50) / 100, 1, 255)));
        }

        return spoilt;
    }

    private static void SpoilBlock(Picture picture, int left, int top, int[] steps)
    {
        var coefficients = new double[64];
        for (var index = 0; index < 64; index++)
        {
            var (u, v) = (index % 8, index / 8);
            var sum = 0.0;
            for (var i = 0; i < 64; i++)
                sum += Y(picture, left + (i % 8), top + (i / 8)) * Basis(i % 8, u) * Basis(i / 8, v);
            coefficients[index] = steps[index] * Math.Round(sum / steps[index]);
        }

        var values = new double[64];
        for (var i = 0; i < 64; i++)
        {
            for (var index = 0; index < 64; index++)
                values[i] += coefficients[index] * Basis(i % 8, index % 8) * Basis(i / 8, index / 8);
        }

        for (var i = 0; i < 64; i++)
        {
            var (x, y) = (left + (i % 8), top + (i / 8));
            var change = (int)Math.Round(values[i] - Y(picture, x, y));
            for (var channel = 0; channel < Math.Min(picture.Channels, 3); channel++)
                picture[x, y, channel] = Math.Clamp(picture[x, y, channel] + change, 0, 255);
        }
    }

    private static double Y(Picture picture, int x, int y) =>
        picture.Channels < 3 ? picture[x, y, 0] : (0.299 * picture[x, y, 0]) + (0.587 * picture[x, y, 1]) + (0.114 * picture[x, y, 2]);

    private static double Basis(int sample, int frequency) => Cosines[sample, frequency];

    private static double[,] MakeCosines()
    {
        var cosines = new double[8, 8];
        for (var sample = 0; sample < 8; sample++)
        {
            for (var frequency = 0; frequency < 8; frequency++)
                cosines[sample, frequency] = Math.Cos(((2 * sample) + 1) * frequency * Math.PI / 16) * (frequency == 0 ? Math.Sqrt(0.125) : 0.5);
        }

        return cosines;
    }
}
