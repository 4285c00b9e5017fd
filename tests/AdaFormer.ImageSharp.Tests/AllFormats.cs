using AdaFormer.ImageSharp;
using AdaFormer.ImageSharp.Tiff;
using AdaFormer.Imaging;
using AdaFormer.Imaging.Png;

namespace AdaFormer.Tests.ImageSharp;

/// <summary>Decodes and encodes streams, whatever the format.</summary>
internal static class AllFormats
{
    public static Picture Decode(byte[] file, long maximumPixels = 1 << 20) => Decode(new MemoryStream(file), maximumPixels);

    public static Picture Decode(Stream file, long maximumPixels = 1 << 20)
    {
        return DecoderOf(file).Decode(file, maximumPixels);
    }

    /// <summary>Decodes all pictures of a file, and throws them away.</summary>
    public static void DecodeSequence(byte[] bytes, long maximumPixels = 1 << 20)
    {
        using var file = new MemoryStream(bytes);
        using var pictures = DecoderOf(file).OpenSequence(file, maximumPixels);
        for (var left = 20; left > 0 && pictures?.Next(out _) is { } rows; left--)
        {
            using (rows)
                PictureRows.ReadAll(rows);
        }
    }

    private static IPictureDecoder DecoderOf(Stream file)
    {
        var first = file.Position;
        var start = new byte[64];
        var known = start.AsSpan(0, file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false));
        file.Position = first;
        IPictureDecoder[] decoders = [new PngDecoder(), new TiffDecoder(), new ImageSharpDecoder()];
        foreach (var decoder in decoders)
        {
            if (decoder.Recognizes(known[..Math.Min(known.Length, decoder.SignatureLength)]))
                return decoder;
        }

        throw new PictureFormatException("no picture");
    }

    public static void Encode(Picture picture, Stream stream, string extension)
    {
        IPictureEncoder encoder = extension is ".png" ? new PngEncoder() : extension is ".tif" or ".tiff" ? new TiffEncoder() : new ImageSharpEncoder();
        encoder.Encode(picture, stream, extension);
    }
}
