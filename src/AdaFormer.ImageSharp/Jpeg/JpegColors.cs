namespace AdaFormer.ImageSharp.Jpeg;

/// <summary>Colours of JPEG (ITU-T T.871, section 7) with libjpeg's roundings.</summary>
internal static class JpegColors
{
    private const int Bits = 16, Half = 1 << (Bits - 1), Center = 128;

    private static readonly int[] RedOfCr = Table(1.402, Half), BlueOfCb = Table(1.772, Half), GreenOfCb = Table(-0.34414, Half), GreenOfCr = Table(-0.71414, 0);

    /// <summary>Rows of red, green and blue to pixels.</summary>
    public static void Interleave(byte[][] rows, Span<byte> pixels)
    {
        var (red, green, blue) = (rows[0], rows[1], rows[2]);
        for (int x = 0, i = 0; i < pixels.Length; x++, i += 3)
            (pixels[i], pixels[i + 1], pixels[i + 2]) = (red[x], green[x], blue[x]);
    }

    /// <summary>Rows of Y, Cb and Cr to pixels in RGB.</summary>
    public static void ToRgb(byte[][] rows, Span<byte> pixels)
    {
        var (luma, cb, cr) = (rows[0], rows[1], rows[2]);
        for (int x = 0, i = 0; i < pixels.Length; x++, i += 3)
            (pixels[i], pixels[i + 1], pixels[i + 2]) = Rgb(luma[x], cb[x], cr[x]);
    }

    /// <summary>Rows of Y, Cb and Cr of a YCCK picture to rows of what its inks leave: they are coded as the inverse of RGB, and stored inverted by Adobe.</summary>
    public static void ToInverseCmy(byte[][] rows, int width)
    {
        var (first, second, third) = (rows[0], rows[1], rows[2]);
        for (var x = 0; x < width; x++)
        {
            var (red, green, blue) = Rgb(first[x], second[x], third[x]);
            (first[x], second[x], third[x]) = ((byte)~red, (byte)~green, (byte)~blue);
        }
    }

    private static (byte Red, byte Green, byte Blue) Rgb(int luma, byte cb, byte cr) =>
        (Byte(luma + (RedOfCr[cr] >> Bits)), Byte(luma + ((GreenOfCb[cb] + GreenOfCr[cr]) >> Bits)), Byte(luma + (BlueOfCb[cb] >> Bits)));

    private static byte Byte(int value) => (byte)Math.Clamp(value, byte.MinValue, byte.MaxValue);

    private static int[] Table(double factor, int rounding)
    {
        var scaled = Math.Sign(factor) * (int)((Math.Abs(factor) * (1 << Bits)) + 0.5);
        return [.. Enumerable.Range(-Center, 2 * Center).Select(chroma => (scaled * chroma) + rounding)];
    }
}
