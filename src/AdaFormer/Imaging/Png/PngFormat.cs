namespace AdaFormer.Imaging;

/// <summary>Constants of the PNG specification (https://www.w3.org/TR/png-3/).</summary>
internal static class PngFormat
{
    public const uint Header = 0x49484452; // IHDR
    public const uint Palette = 0x504C5445; // PLTE
    public const uint Transparency = 0x74524E53; // tRNS
    public const uint IccProfile = 0x69434350; // iCCP
    public const uint Exif = 0x65584966; // eXIf
    public const uint InternationalText = 0x69545874; // iTXt
    public const uint Density = 0x70485973; // pHYs
    public const int DensityLength = 9;
    public const int CrcLength = 4;
    public const byte PerMetre = 1;
    public const double InchesPerMetre = 1 / 0.0254;
    public const uint ImageData = 0x49444154; // IDAT
    public const uint End = 0x49454E44; // IEND

    public static PictureFormat Format { get; } = new("PNG", ".png");

    public static ReadOnlySpan<byte> Signature => [0x89, (byte)'P', (byte)'N', (byte)'G', (byte)'\r', (byte)'\n', 0x1A, (byte)'\n'];

    /// <summary>The keyword of XMP's text chunk, with the zero after it.</summary>
    public static ReadOnlySpan<byte> XmpKeyword => "XML:com.adobe.xmp\0"u8;

    /// <summary>The chunks that say what colours are meant without a profile, with their lengths: cICP, sRGB, gAMA, cHRM.</summary>
    public static ReadOnlySpan<(uint Type, int Length)> ColorChunks => new[] { (0x63494350u, 4), (0x73524742u, 1), (0x67414D41u, 4), (0x6348524Du, 32) };

    /// <summary>Adam7's passes: first column, first row, column step, row step.</summary>
    public static ReadOnlySpan<(int X, int Y, int StepX, int StepY)> Passes => new[]
    {
        (0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2),
    };

    /// <summary>A chunk type as text for messages; letters only, since damaged files have anything there.</summary>
    public static string Name(uint type)
    {
        Span<char> name = stackalloc char[4];
        for (var i = 0; i < 4; i++)
        {
            var letter = (char)(byte)(type >> (24 - 8 * i));
            name[i] = char.IsAsciiLetter(letter) ? letter : '?';
        }

        return name.ToString();
    }

    public static PictureFormatException Damaged(string what, Exception? inner = null) =>
        new($"The PNG is damaged: {what}. Get the file again.", inner);
}
