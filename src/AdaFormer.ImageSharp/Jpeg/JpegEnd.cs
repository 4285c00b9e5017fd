using AdaFormer.Imaging;
using SixLabors.ImageSharp.PixelFormats;

namespace AdaFormer.ImageSharp.Jpeg;

/// <summary>Whether a JPEG's data reach to the end of its picture, which decoders do not say: they fill up with grey.</summary>
internal static class JpegEnd
{
    private const byte Mark = 0xFF, StartOfScan = 0xDA, EndOfImage = 0xD9, FirstRestart = 0xD0, LastRestart = 0xD7;
    private const int PaddingLength = 1 << 16;

    /// <summary>Warns of an end mark or of pixels that are missing.</summary>
    /// <param name="file">The JPEG.</param>
    /// <param name="picture">What was decoded from it.</param>
    /// <param name="warnings">Collects the warning.</param>
    public static void Check(Stream file, Picture picture, ICollection<PictureWarning> warnings)
    {
        var end = new byte[2];
        file.Position = Math.Max(0, file.Length - end.Length);
        if (file.ReadAtLeast(end, end.Length, throwOnEndOfStream: false) == end.Length && end is [Mark, EndOfImage])
            return;
        file.Position = 0;
        var bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        if (HasEndMark(bytes))
            return;
        warnings.Add(FirstMissingRow(bytes, picture) is { } row
            ? new PictureWarning(PictureWarning.MissingPixels, $"The JPEG's data end before its picture does: from row {row} of {picture.Height} on pixels are missing.")
            : new PictureWarning(PictureWarning.NoEndMark, "The JPEG has no end mark. No pixel is missing, though finer detail may be where it is progressive."));
    }

    /// <summary>
    /// What is missing shows where the data go on in two ways: a decoder that needs them gives two pictures, one that has all it needs gives
    /// one. <see langword="null"/>: nothing is missing.
    /// </summary>
    private static int? FirstMissingRow(byte[] bytes, Picture picture)
    {
        var (one, other) = (Padded(bytes, 0x55, picture), Padded(bytes, 0xA6, picture));
        for (var y = 0; y < picture.Height; y++)
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
