namespace AdaFormer.Imaging;

/// <summary>Rotates and mirrors pictures upright.</summary>
public static class PictureOrientation
{
    /// <summary>Applies the EXIF orientation and resets it to 1; returns the picture itself if it is upright.</summary>
    /// <param name="picture">The picture; unchanged.</param>
    public static Picture MakeUpright(Picture picture)
    {
        ArgumentNullException.ThrowIfNull(picture);
        var orientation = picture.Metadata.Orientation;
        if (orientation == ExifBlock.Upright)
            return picture;
        var onItsSide = orientation >= ExifBlock.FirstOnItsSide;
        var (width, height) = onItsSide ? (picture.Height, picture.Width) : (picture.Width, picture.Height);
        var upright = new Picture(width, height, picture.Layout, picture.BitDepth) { Metadata = picture.Metadata.Turned().For(width, height, picture.Layout), Warnings = picture.Warnings };
        // The edges that the stored first column and first row have in the upright picture: CIPA DC-008, 4.6.5.1.
        var fromRight = orientation is 2 or 3 or 7 or 8;
        var fromBottom = orientation is 3 or 4 or 6 or 7;
        var size = picture.Channels * picture.BitDepth / 8;
        Parallel.For(0, height, y =>
        {
            var target = SampleRow.Bytes(upright, y);
            for (var x = 0; x < width; x++)
            {
                var (column, row) = onItsSide ? (y, x) : (x, y);
                column = fromRight ? picture.Width - 1 - column : column;
                row = fromBottom ? picture.Height - 1 - row : row;
                SampleRow.Bytes(picture, row).Slice(column * size, size).CopyTo(target[(x * size)..]);
            }
        });
        return upright;
    }
}
