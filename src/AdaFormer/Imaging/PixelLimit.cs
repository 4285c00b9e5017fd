namespace AdaFormer.Imaging;

/// <summary>Checks that decoders make before they decode or allocate anything.</summary>
public static class PixelLimit
{
    /// <summary>Rejects a picture whose header claims too many pixels.</summary>
    /// <param name="width">Width in the header, at least 1.</param>
    /// <param name="height">Height in the header, at least 1.</param>
    /// <param name="maximumPixels">The maximum number of pixels.</param>
    /// <exception cref="PictureFormatException">The picture has more pixels.</exception>
    public static void Check(int width, int height, long maximumPixels)
    {
        if ((long)width * height > maximumPixels)
        {
            throw new PictureFormatException($"The picture has {width}×{height} pixels, more than the limit of {maximumPixels}. Raise the limit if you trust the file.")
            {
                TooLarge = (width, height),
            };
        }
    }

    /// <summary>Creates an empty picture of the size in a file's header.</summary>
    /// <exception cref="PictureFormatException">The size exceeds the maximum of a picture.</exception>
    internal static Picture NewPicture(PictureInfo info)
    {
        if (info.Bytes > Array.MaxLength)
            throw new PictureFormatException($"The picture of {info.Width}×{info.Height} pixels needs more than {Array.MaxLength} bytes in memory. Split it.");
        return info.NewPicture(info.Height);
    }
}
