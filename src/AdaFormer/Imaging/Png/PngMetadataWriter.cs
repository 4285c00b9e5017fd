using System.Buffers.Binary;
using System.IO.Compression;

namespace AdaFormer.Imaging;

/// <summary>Writes a picture's metadata as PNG chunks, which go before the pixels.</summary>
internal static class PngMetadataWriter
{
    public static void Write(PngChunkWriter chunks, PictureMetadata metadata)
    {
        foreach (var (type, length) in PngFormat.ColorChunks)
        {
            if (metadata.PngColors.TryGetValue(PngFormat.Name(type), out var content) && content.Length == length)
                chunks.WriteChunk(type, content);
        }

        if (metadata.IccProfile is { } profile)
            chunks.WriteChunk(PngFormat.IccProfile, [.. "ICC profile\0\0"u8, .. Deflate(profile)]);
        if (metadata.Density is { } density)
            chunks.WriteChunk(PngFormat.Density, [.. PerMetre(density.Horizontal), .. PerMetre(density.Vertical), PngFormat.PerMetre]);
        if (metadata.Exif is { } exif && ExifBlock.IsExif(exif))
            chunks.WriteChunk(PngFormat.Exif, exif);
        if (metadata.Xmp is { } xmp)
            chunks.WriteChunk(PngFormat.InternationalText, [.. PngFormat.XmpKeyword, 0, 0, 0, 0, .. xmp]);
    }

    private static byte[] PerMetre(double perInch)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, (uint)Math.Clamp(Math.Round(perInch * PngFormat.InchesPerMetre), 1, int.MaxValue));
        return bytes;
    }

    private static byte[] Deflate(byte[] bytes)
    {
        using var result = new MemoryStream();
        using (var zlib = new ZLibStream(result, CompressionLevel.Optimal, leaveOpen: true))
            zlib.Write(bytes);
        return result.ToArray();
    }
}
