using System.Buffers.Binary;

namespace AdaFormer.Imaging.Png;

/// <summary>A PNG's IHDR chunk, checked.</summary>
internal sealed record PngHeader(int Width, int Height, int BitDepth, PngColor Color, bool Interlaced)
{
    public const int Length = 13;

    public int SamplesPerPixel => Color switch
    {
        PngColor.Gray or PngColor.Palette => 1,
        PngColor.GrayAlpha => 2,
        PngColor.Rgb => 3,
        _ => 4,
    };

    /// <summary>How far back the filters look in bytes: the whole bytes of a pixel, at least one.</summary>
    public int FilterDistance => Math.Max(1, SamplesPerPixel * BitDepth / 8);

    /// <summary>Bytes of a filtered row without its filter type.</summary>
    public long RowLength(int width) => ((long)width * SamplesPerPixel * BitDepth + 7) / 8;

    public byte[] ToBytes()
    {
        var bytes = new byte[Length];
        BinaryPrimitives.WriteInt32BigEndian(bytes, Width);
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(4), Height);
        (bytes[8], bytes[9], bytes[12]) = ((byte)BitDepth, (byte)Color, (byte)(Interlaced ? 1 : 0));
        return bytes;
    }

    /// <exception cref="PictureFormatException">A field is not allowed by the specification, or the picture has too many pixels.</exception>
    public static PngHeader Parse(ReadOnlySpan<byte> bytes, long maximumPixels)
    {
        var width = BinaryPrimitives.ReadUInt32BigEndian(bytes);
        var height = BinaryPrimitives.ReadUInt32BigEndian(bytes[4..]);
        var (bitDepth, color) = (bytes[8], (PngColor)bytes[9]);
        if (width is 0 or > int.MaxValue || height is 0 or > int.MaxValue)
            throw PngFormat.Damaged($"its header claims {width}×{height} pixels, expected 1 to {int.MaxValue} on each side");
        var depthAllowed = color switch
        {
            PngColor.Gray => bitDepth is 1 or 2 or 4 or 8 or 16,
            PngColor.Palette => bitDepth is 1 or 2 or 4 or 8,
            PngColor.Rgb or PngColor.GrayAlpha or PngColor.Rgba => bitDepth is 8 or 16,
            _ => throw PngFormat.Damaged($"its header claims colour type {bytes[9]}, expected 0, 2, 3, 4 or 6"),
        };
        if (!depthAllowed)
            throw PngFormat.Damaged($"its header claims {bitDepth} bits per sample, which colour type {bytes[9]} does not allow");
        if (bytes[10] != 0 || bytes[11] != 0 || bytes[12] > 1)
            throw PngFormat.Damaged($"its header names compression {bytes[10]}, filter {bytes[11]} and interlace method {bytes[12]}, expected 0, 0 and 0 or 1");
        PixelLimit.Check((int)width, (int)height, maximumPixels);
        return new PngHeader((int)width, (int)height, bitDepth, color, bytes[12] == 1);
    }
}

/// <summary>PNG's colour types, by their numbers in the file.</summary>
internal enum PngColor : byte
{
    Gray = 0,
    Rgb = 2,
    Palette = 3,
    GrayAlpha = 4,
    Rgba = 6,
}

/// <summary>Constants of the PNG specification (https://www.w3.org/TR/png-3/).</summary>
internal static class PngFormat
{
    public const uint Header = 0x49484452; // IHDR
    public const uint Palette = 0x504C5445; // PLTE
    public const uint Transparency = 0x74524E53; // tRNS
    public const uint IccProfile = 0x69434350; // iCCP
    public const uint Exif = 0x65584966; // eXIf
    public const uint Text = 0x74455874; // tEXt
    public const uint CompressedText = 0x7A545874; // zTXt
    public const uint InternationalText = 0x69545874; // iTXt
    public const uint Density = 0x70485973; // pHYs
    public const int DensityLength = 9;
    public const int CrcLength = 4;
    public const byte PerMetre = 1;
    public const double InchesPerMetre = 1 / 0.0254;
    public const uint AppleHeader = 0x43674249; // CgBI
    public const uint AnimationControl = 0x6163544C; // acTL
    public const uint FrameControl = 0x6663544C; // fcTL
    public const uint FrameData = 0x66644154; // fdAT
    public const uint ImageData = 0x49444154; // IDAT
    public const uint End = 0x49454E44; // IEND

    public static PictureFormat Format { get; } = new("PNG", ".png");

    public static ReadOnlySpan<byte> Signature => [0x89, (byte)'P', (byte)'N', (byte)'G', (byte)'\r', (byte)'\n', 0x1A, (byte)'\n'];

    /// <summary>The keyword of XMP's text chunk, with the zero after it.</summary>
    public static ReadOnlySpan<byte> XmpKeyword => "XML:com.adobe.xmp\0"u8;

    /// <summary>The chunks that describe the colours without a profile, with their lengths: cICP, sRGB, gAMA, cHRM.</summary>
    public static ReadOnlySpan<(uint Type, int Length)> ColorChunks => new[] { (0x63494350u, 4), (0x73524742u, 1), (0x67414D41u, 4), (0x6348524Du, 32) };

    /// <summary>Adam7's passes: first column, first row, column step, row step.</summary>
    public static ReadOnlySpan<(int X, int Y, int StepX, int StepY)> Passes => new[]
    {
        (0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2),
    };

    /// <summary>A chunk type as text for messages; letters only, since damaged files may have any bytes there.</summary>
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

    /// <summary>The type of a text's chunk.</summary>
    /// <exception cref="PictureFormatException">It is none of a text.</exception>
    public static uint TypeOf(PngText text) => text.Chunk switch
    {
        "tEXt" => Text,
        "zTXt" => CompressedText,
        "iTXt" => InternationalText,
        _ => throw new PictureFormatException($"A PNG text is said to be a chunk '{text.Chunk}'; expected tEXt, zTXt or iTXt."),
    };

    /// <summary>Whether a chunk can be left out without harm to the pixels; transparency cannot, although the standard calls it ancillary.</summary>
    public static bool IsOptional(uint type) => !IsCritical(type) && type != Transparency;

    /// <summary>Whether a chunk cannot be passed over by those who do not know it.</summary>
    public static bool IsCritical(uint type) => (type & 0x20000000) == 0;

    /// <summary>Whether a chunk's type is one: four letters.</summary>
    public static bool IsType(uint type) => !Name(type).Contains('?');

    /// <summary>Whether nobody misses a chunk: it is kept elsewhere, speaks of the file as it was stored, or of how to show it on poor screens.</summary>
    public static bool IsPassedOver(uint type) =>
        Name(type) is "tEXt" or "zTXt" or "iTXt" or "eXIf" or "iCCP" or "pHYs" or "cICP" or "sRGB" or "gAMA" or "cHRM" or "tRNS" or "acTL" or "fcTL" or "fdAT"
            or "tIME" or "bKGD" or "hIST" or "sPLT" or "sBIT" or "iDOT" or "vpAg" or "caNv" or "orNT" or "tpNG";

    public static PictureFormatException Damaged(string what, Exception? inner = null) =>
        new($"The PNG is damaged: {what}. Get the file again.", inner);
}
