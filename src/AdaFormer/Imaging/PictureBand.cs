namespace AdaFormer.Imaging;

/// <summary>Some rows of a picture: row <paramref name="Top"/> of the whole is the first of <paramref name="Picture"/>.</summary>
internal readonly record struct PictureBand(Picture Picture, int Top)
{
    /// <summary>One channel of some of the rows, grey.</summary>
    /// <param name="channel">The channel.</param>
    /// <param name="start">The first row, counted in the whole.</param>
    /// <param name="end">The row after the last.</param>
    public PictureBand Channel(int channel, int start, int end)
    {
        var plane = new Picture(Picture.Width, end - start, PixelLayout.Gray, Picture.BitDepth);
        for (var y = start; y < end; y++)
        {
            for (var x = 0; x < plane.Width; x++)
                plane[x, y - start, 0] = Picture[x, y - Top, channel];
        }

        return new PictureBand(plane, start);
    }
}
