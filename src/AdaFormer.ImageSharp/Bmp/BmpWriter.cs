using System.Buffers.Binary;
using AdaFormer.Imaging;

namespace AdaFormer.ImageSharp.Bmp;

/// <summary>
/// Writes BMP: grey as a palette of 256, colours with 24 bits, with alpha 32; ImageSharp 2.1 writes no colour profile. With a profile or alpha
/// the header has version 5 (BITMAPV5HEADER of Windows), otherwise the one that every reader supports.
/// </summary>
internal static class BmpWriter
{
    /// <summary>Length of the first header; offsets of a profile's kind, place and length in the second one; and length of the second one with and without these fields.</summary>
    public const int FileHeader = 14, ColorSpace = 56, ProfilePlace = 112, ProfileLength = 116, Version5 = 124;

    private const int Plain = 40, Palette = 256 * 4;
    private const double InchesPerMetre = 1 / 0.0254;

    /// <summary>The colour space kind of a profile embedded in the file.</summary>
    public static ReadOnlySpan<byte> Embedded => "DEBM"u8;

    /// <summary>Writes a picture of 8 bits, not grey with alpha, and matching metadata.</summary>
    public static void Write(Picture picture, PictureMetadata metadata, Stream stream)
    {
        var profile = metadata.IccProfile ?? [];
        var header = new byte[FileHeader + (profile.Length > 0 || picture.Layout.HasAlpha() ? Version5 : Plain)];
        var palette = picture.Layout == PixelLayout.Gray ? Palette : 0;
        var stride = ((picture.Width * picture.Channels) + 3) / 4 * 4;
        var pixels = checked((uint)((long)stride * picture.Height));
        "BM"u8.CopyTo(header);
        Write32(2, checked((uint)(header.Length + palette + pixels + profile.Length)));
        Write32(10, (uint)(header.Length + palette));
        Describe(header.AsSpan(FileHeader), picture, pixels, metadata.Density);
        if (profile.Length > 0)
        {
            Embedded.CopyTo(header.AsSpan(FileHeader + ColorSpace));
            Write32(FileHeader + ProfilePlace, (uint)(header.Length - FileHeader + palette + pixels));
            Write32(FileHeader + ProfileLength, (uint)profile.Length);
        }

        stream.Write(header);
        for (var level = 0; level < palette / 4; level++)
            stream.Write([(byte)level, (byte)level, (byte)level, 0]);
        WriteRows(picture, stride, stream);
        stream.Write(profile);

        void Write32(int at, uint value) => BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(at), value);
    }

    private static void Describe(Span<byte> header, Picture picture, uint pixels, PixelDensity? density)
    {
        Write(header, 0, (uint)header.Length);
        Write(header, 4, (uint)picture.Width);
        Write(header, 8, (uint)picture.Height);
        Write(header, 12, 1 | ((uint)picture.Channels * 8 << 16)); // planes and bits
        Write(header, 16, picture.Layout.HasAlpha() ? 3u : 0); // with or without masks
        Write(header, 20, pixels);
        Write(header, 24, PerMetre(density?.Horizontal));
        Write(header, 28, PerMetre(density?.Vertical));
        if (header.Length == Plain)
            return;
        ReadOnlySpan<uint> masks = [0xFF0000, 0xFF00, 0xFF, 0xFF000000];
        for (var i = 0; i < masks.Length && picture.Layout.HasAlpha(); i++)
            Write(header, 40 + (4 * i), masks[i]);
        "BGRs"u8.CopyTo(header[ColorSpace..]);
        Write(header, 108, 4); // perceptual

        static void Write(Span<byte> header, int at, uint value) => BinaryPrimitives.WriteUInt32LittleEndian(header[at..], value);
        static uint PerMetre(double? perInch) => (uint)Math.Clamp(Math.Round((perInch ?? 0) * InchesPerMetre), 0, int.MaxValue);
    }

    // From the last row to the first, blue before red.
    private static void WriteRows(Picture picture, int stride, Stream stream)
    {
        var row = new byte[stride];
        for (var y = picture.Height - 1; y >= 0; y--)
        {
            picture.Row8(y).CopyTo(row);
            for (var i = 0; picture.Channels > 1 && i < picture.Width * picture.Channels; i += picture.Channels)
                (row[i], row[i + 2]) = (row[i + 2], row[i]);
            stream.Write(row);
        }
    }
}
