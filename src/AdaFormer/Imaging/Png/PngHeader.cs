using System.Buffers.Binary;

namespace AdaFormer.Imaging;

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

    /// <summary>How far back the filters look: whole bytes of a pixel, at least one.</summary>
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
            throw PngFormat.Damaged($"its header claims {bitDepth} bits a sample, which colour type {bytes[9]} cannot have");
        if (bytes[10] != 0 || bytes[11] != 0 || bytes[12] > 1)
            throw PngFormat.Damaged($"its header names compression {bytes[10]}, filter {bytes[11]} and interlace method {bytes[12]}, expected 0, 0 and 0 or 1");
        PixelLimit.Check((int)width, (int)height, maximumPixels);
        return new PngHeader((int)width, (int)height, bitDepth, color, bytes[12] == 1);
    }
}
