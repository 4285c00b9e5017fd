namespace AdaFormer.Imaging;

/// <summary>Crops pictures.</summary>
public static class PictureCrop
{
    /// <summary>Crops to the top left part whose width and height are multiples of a factor; returns the picture itself if they already are.</summary>
    /// <exception cref="ArgumentException">The picture is smaller than the factor.</exception>
    public static Picture ToMultipleOf(Picture picture, int factor)
    {
        ArgumentNullException.ThrowIfNull(picture);
        ArgumentOutOfRangeException.ThrowIfLessThan(factor, 1);
        if (picture.Width < factor || picture.Height < factor)
            throw new ArgumentException($"A picture of {picture.Width}×{picture.Height} pixels is too small; expected at least {factor}×{factor}.", nameof(picture));
        if (picture.Width % factor == 0 && picture.Height % factor == 0)
            return picture;
        return Part(picture, 0, 0, picture.Width - (picture.Width % factor), picture.Height - (picture.Height % factor));
    }

    /// <summary>Crops to a rectangle.</summary>
    /// <param name="picture">The picture; unchanged.</param>
    /// <param name="x">The part's left column.</param>
    /// <param name="y">The part's top row.</param>
    /// <param name="width">The part's width in pixels.</param>
    /// <param name="height">The part's height in pixels.</param>
    /// <exception cref="ArgumentOutOfRangeException">The part is empty or extends beyond the picture.</exception>
    public static Picture Part(Picture picture, int x, int y, int width, int height)
    {
        ArgumentNullException.ThrowIfNull(picture);
        if (x < 0 || width < 1 || (long)x + width > picture.Width || y < 0 || height < 1 || (long)y + height > picture.Height)
            throw new ArgumentOutOfRangeException(nameof(width), $"A part of {width}×{height} pixels at ({x}, {y}) does not lie within {picture.Width}×{picture.Height} pixels.");
        var part = new Picture(width, height, picture.Layout, picture.BitDepth);
        for (var row = 0; row < height; row++)
        {
            if (part.BitDepth == 8)
                picture.Row8(y + row).Slice(x * part.Channels, width * part.Channels).CopyTo(part.Row8(row));
            else
                picture.Row16(y + row).Slice(x * part.Channels, width * part.Channels).CopyTo(part.Row16(row));
        }

        return part;
    }
}
