using AdaFormer.Imaging;
using SixLabors.ImageSharp.PixelFormats;

namespace AdaFormer.ImageSharp.Jpeg;

/// <summary>Whether a JPEG's data reach to the end of its picture, which decoders do not say: they fill up with grey.</summary>
internal static class JpegEnd
{
    private const byte Mark = 0xFF, StartOfScan = 0xDA, EndOfImage = 0xD9, FirstRestart = 0xD0, LastRestart = 0xD7;
    private const int PaddingLength = 1 << 16;

    // Different from the first bit on, so that few are decoded alike.
    private static readonly byte[] Paddings = [0x55, 0xA6, 0x00, 0xE3, 0x3C];

    /// <summary>Warns of an end mark or of pixels that are missing.</summary>
    /// <param name="file">The JPEG.</param>
    /// <param name="picture">What was decoded from it.</param>
    /// <param name="warnings">Collects the warning.</param>
    /// <returns>The picture, or a better one: without an end mark ImageSharp loses the last pixels.</returns>
    public static Picture Check(Stream file, Picture picture, ICollection<PictureWarning> warnings)
    {
        var end = new byte[2];
        file.Position = Math.Max(0, file.Length - end.Length);
        if (file.ReadAtLeast(end, end.Length, throwOnEndOfStream: false) == end.Length && end is [Mark, EndOfImage])
            return picture;
        file.Position = 0;
        var bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        if (HasEndMark(bytes))
            return picture;
        // Data that go on in different ways give different pictures, unless the decoder has all it needs.
        var whole = Padded(bytes, Paddings[0], picture);
        if (Paddings.Skip(1).Select(padding => FirstDifference(whole, Padded(bytes, padding, picture))).Min() is { } row)
        {
            warnings.Add(new PictureWarning(PictureWarning.MissingPixels, $"The JPEG's data end before its picture does: from row {row} of {picture.Height} on pixels are missing."));
            return picture;
        }

        warnings.Add(new PictureWarning(PictureWarning.NoEndMark, "The JPEG has no end mark. No pixel is missing, but a progressive one may lack fine detail."));
        return whole;
    }

    private static int? FirstDifference(Picture one, Picture other)
    {
        for (var y = 0; y < one.Height; y++)
        {
            if (!one.Row8(y).SequenceEqual(other.Row8(y)))
                return y;
        }

        return null;
    }

    private static Picture Padded(byte[] bytes, byte padding, Picture like)
    {
        var padded = new byte[bytes.Length + PaddingLength + 2];
        bytes.CopyTo(padded, 0);
        padded.AsSpan(bytes.Length, PaddingLength).Fill(padding);
        if (bytes is [.., Mark])
            padded[bytes.Length] = 0; // a sample's byte that looks like a mark is followed by 0
        (padded[^2], padded[^1]) = (Mark, EndOfImage);
        using var stream = new MemoryStream(padded);
        return like.Layout == PixelLayout.Gray
            ? ImageSharpPixels.Load<L8>(stream, PixelLayout.Gray, 8, long.MaxValue)
            : ImageSharpPixels.Load<Rgb24>(stream, PixelLayout.Rgb, 8, long.MaxValue);
    }

    // Segments are skipped by their lengths, so that the end of a thumbnail within one is not taken for the picture's.
    private static bool HasEndMark(ReadOnlySpan<byte> bytes)
    {
        var inScan = false;
        for (var i = 2; i + 1 < bytes.Length;)
        {
            if (inScan)
            {
                var next = bytes[i..].IndexOf(Mark);
                if (next < 0)
                    return false;
                i += next;
            }

            if (i + 1 >= bytes.Length)
                return false;
            var marker = bytes[i + 1];
            if (bytes[i] != Mark || marker == Mark)
                i++;
            else if (marker == EndOfImage)
                return true;
            else if (marker is 0 or (>= FirstRestart and <= LastRestart))
                i += 2;
            else
            {
                if (i + 3 >= bytes.Length)
                    return false;
                inScan = marker == StartOfScan;
                i += 2 + ((bytes[i + 2] << 8) | bytes[i + 3]);
            }
        }

        return false;
    }
}
