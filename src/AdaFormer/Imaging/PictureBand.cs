namespace AdaFormer.Imaging;

/// <summary>A part of a picture: the pixel at (<paramref name="Left"/>, <paramref name="Top"/>) of the whole is the first of <paramref name="Picture"/>.</summary>
internal readonly record struct PictureBand(Picture Picture, int Top, int Left = 0)
{
    /// <summary>Extracts one channel of some of the rows, as grey.</summary>
    /// <param name="channel">The channel.</param>
    /// <param name="start">The first row, counted in the whole.</param>
    /// <param name="end">The row after the last.</param>
    public PictureBand Channel(int channel, int start, int end)
    {
        var step = Picture.Channels;
        var plane = new Picture(Picture.Width, end - start, PixelLayout.Gray, Picture.BitDepth);
        for (var y = start; y < end; y++)
        {
            if (plane.BitDepth == 8)
                Pick<byte>(Picture.Row8(y - Top)[channel..], plane.Row8(y - start));
            else
                Pick<ushort>(Picture.Row16(y - Top)[channel..], plane.Row16(y - start));
        }

        return new PictureBand(plane, start);

        void Pick<T>(ReadOnlySpan<T> samples, Span<T> picked)
        {
            for (var x = 0; x < picked.Length; x++)
                picked[x] = samples[x * step];
        }
    }
}
