namespace AdaFormer.ImageSharp.Icc;

/// <summary>
/// Converts CMYK to sRGB: through a profile, perceptually, with its darkest colour becoming black, as lcms2 and most programs do; or without one
/// by what the inks leave of each colour.
/// </summary>
internal sealed class CmykConversion
{
    private const int Inks = 4, Colors = 3, Side = 17;

    private static readonly int[] Grid = [Side, Side, Side, Side];

    private readonly float[]? _colors;

    private CmykConversion(float[]? colors) => _colors = colors;

    /// <summary>Whether it goes through a profile.</summary>
    public bool HasProfile => _colors is not null;

    /// <summary>The conversion through a profile, if it is one for CMYK that can be read.</summary>
    public static CmykConversion Of(byte[]? profile) => new(profile is not null && IccLut.Read(profile) is { } lut ? Table(lut) : null);

    /// <summary>Converts a row.</summary>
    /// <param name="left">What cyan, magenta, yellow and black leave, as Adobe's programs store it: 255 is no ink.</param>
    /// <param name="pixels">Takes the row in RGB.</param>
    public void Convert(byte[][] left, Span<byte> pixels)
    {
        Span<float> inks = stackalloc float[Inks], color = stackalloc float[Colors];
        for (int x = 0, i = 0; i < pixels.Length; x++, i += Colors)
        {
            var black = left[3][x];
            if (_colors is not null)
            {
                for (var ink = 0; ink < Inks; ink++)
                    inks[ink] = (byte.MaxValue - left[ink][x]) / 255f;
                Convert(inks, color);
            }

            for (var c = 0; c < Colors; c++)
                pixels[i + c] = (byte)(_colors is null ? ((left[c][x] * black) + (byte.MaxValue / 2)) / byte.MaxValue : (int)(color[c] + 0.5f));
        }
    }

    /// <summary>Converts a colour through the profile.</summary>
    /// <param name="inks">Cyan, magenta, yellow and black, 0 to 1.</param>
    /// <param name="color">Takes red, green and blue, 0 to 255.</param>
    /// <exception cref="InvalidOperationException">There is no profile.</exception>
    public void Convert(ReadOnlySpan<float> inks, Span<float> color) => IccGrid.Interpolate(_colors ?? throw new InvalidOperationException("There is no profile."), Grid, inks, color);

    private static float[] Table(IccLut lut)
    {
        var space = new ConnectionSpace(lut);
        var colors = new float[Side * Side * Side * Side * Colors];
        Parallel.For(0, Side * Side, outer =>
        {
            for (var inner = 0; inner < Side * Side; inner++)
                space.ToSrgb([Ink(outer / Side), Ink(outer % Side), Ink(inner / Side), Ink(inner % Side)], colors.AsSpan(Colors * ((outer * Side * Side) + inner), Colors));
        });
        return colors;

        static float Ink(int index) => index / (Side - 1f);
    }
}
