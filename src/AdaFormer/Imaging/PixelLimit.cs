namespace AdaFormer.Imaging;

/// <summary>What decoders check before they decode or allocate anything.</summary>
public static class PixelLimit
{
    /// <summary>Refuses a picture whose header claims too many pixels.</summary>
    /// <param name="width">Width in the header, at least 1.</param>
    /// <param name="height">Height in the header, at least 1.</param>
    /// <param name="maximumPixels">The most pixels allowed.</param>
    /// <exception cref="PictureFormatException">There are more.</exception>
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

    /// <summary>Makes an empty picture of a size that a file claims.</summary>
    /// <exception cref="PictureFormatException">No picture can be that large.</exception>
    internal static Picture NewPicture(PictureInfo info)
    {
        if (info.Bytes > Array.MaxLength)
            throw new PictureFormatException($"The picture of {info.Width}×{info.Height} pixels needs more than {Array.MaxLength} bytes in memory. Split it into parts.");
        return info.NewPicture(info.Height);
    }
}
