namespace AdaFormer.Imaging;

/// <summary>Constants of the PNG specification (https://www.w3.org/TR/png-3/).</summary>
internal static class PngFormat
{
    public const uint Header = 0x49484452; // IHDR
    public const uint Palette = 0x504C5445; // PLTE
    public const uint Transparency = 0x74524E53; // tRNS
    public const uint ImageData = 0x49444154; // IDAT
    public const uint End = 0x49454E44; // IEND

    public static ReadOnlySpan<byte> Signature => [0x89, (byte)'P', (byte)'N', (byte)'G', (byte)'\r', (byte)'\n', 0x1A, (byte)'\n'];

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
