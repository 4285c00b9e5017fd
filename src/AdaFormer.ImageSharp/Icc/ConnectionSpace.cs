namespace AdaFormer.ImageSharp.Icc;

/// <summary>
/// From inks by a profile's table to sRGB, with black point compensation (ISO 18619): the colour of all inks together, without its hue, becomes
/// black; since version 4 that of the perceptual reference medium (ICC.1:2022, 6.3.3).
/// </summary>
internal sealed class ConnectionSpace
{
    private const double WhiteX = 0.9642, WhiteZ = 0.8249, LargestBlack = 50, ReferenceBlack = 0.0034731;

    private readonly IccLut _lut;
    private readonly double _black;

    public ConnectionSpace(IccLut lut)
    {
        _lut = lut;
        var (_, y, _) = Xyz([1, 1, 1, 1]);
        _black = lut.IsVersion4 ? ReferenceBlack : Math.Clamp(y, 0, Luminance(LargestBlack));
    }

    /// <summary>The colour of inks in sRGB, 0 to 255.</summary>
    public void ToSrgb(ReadOnlySpan<float> inks, Span<float> color)
    {
        var (x, y, z) = Xyz(inks);
        // A neutral black is the white times a factor, so that each value is scaled about its white alike.
        var scale = 1 / (1 - _black);
        (x, y, z) = ((x - (_black * WhiteX)) * scale, (y - _black) * scale, (z - (_black * WhiteZ)) * scale);
        // From D50 by Bradford's adaptation.
        color[0] = Encoded((3.1338561 * x) - (1.6168667 * y) - (0.4906146 * z));
        color[1] = Encoded((-0.9787684 * x) + (1.9161415 * y) + (0.0334540 * z));
        color[2] = Encoded((0.0719453 * x) - (0.2289914 * y) + (1.4052427 * z));
    }

    private (double X, double Y, double Z) Xyz(ReadOnlySpan<float> inks)
    {
        Span<float> color = stackalloc float[3];
        _lut.Evaluate(inks, color);
        if (!_lut.IsLab)
        {
            const double one = 1 + (32767 / 32768.0);
            return (color[0] * one, color[1] * one, color[2] * one);
        }

        var (lightness, range) = _lut.IsLegacyLab ? (100 * 65535 / 65280.0, 65535 / 256.0) : (100.0, 255.0);
        var (l, a, b) = (color[0] * lightness, (color[1] * range) - 128, (color[2] * range) - 128);
        var y = (l + 16) / 116;
        return (WhiteX * Cube(y + (a / 500)), Cube(y), WhiteZ * Cube(y - (b / 200)));
    }

    private static double Luminance(double lightness) => Cube((lightness + 16) / 116);

    private static double Cube(double t) => t > 6 / 29.0 ? t * t * t : 3 * (6 / 29.0) * (6 / 29.0) * (t - (4 / 29.0));

    private static float Encoded(double linear)
    {
        var value = linear <= 0.0031308 ? 12.92 * linear : (1.055 * Math.Pow(linear, 1 / 2.4)) - 0.055;
        return (float)(255 * Math.Clamp(value, 0, 1));
    }
}
