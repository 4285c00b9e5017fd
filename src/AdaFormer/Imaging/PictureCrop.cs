namespace AdaFormer.Imaging;

/// <summary>Cuts pictures.</summary>
public static class PictureCrop
{
    /// <summary>The top left part whose width and height are multiples of a factor; the picture itself where they are already.</summary>
    /// <exception cref="ArgumentException">The picture is smaller than the factor.</exception>
    public static Picture ToMultipleOf(Picture picture, int factor)
    {
        ArgumentNullException.ThrowIfNull(picture);
        ArgumentOutOfRangeException.ThrowIfLessThan(factor, 1);
        if (picture.Width < factor || picture.Height < factor)
            throw new ArgumentException($"A picture of {picture.Width}×{picture.Height} pixels is too small; expected at least {factor}×{factor}.", nameof(picture));
        if (picture.Width % factor == 0 && picture.Height % factor == 0)
            return picture;
        var part = new Picture(picture.Width - (picture.Width % factor), picture.Height - (picture.Height % factor), picture.Layout, picture.BitDepth);
        for (var y = 0; y < part.Height; y++)
        {
            if (part.BitDepth == 8)
                picture.Row8(y)[..(part.Width * part.Channels)].CopyTo(part.Row8(y));
            else
                picture.Row16(y)[..(part.Width * part.Channels)].CopyTo(part.Row16(y));
        }

        return part;
    }
}
