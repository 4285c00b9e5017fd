namespace AdaFormer.Imaging;

/// <summary><see cref="BicubicResampler.Upscale"/> of a picture that is there in bands of rows.</summary>
internal sealed class BicubicUpscaling(int width, int height, int factor)
{
    /// <summary>Rows above and below that the interpolation of a row looks at.</summary>
    public const int Reach = 2;

    private readonly ResampleWeights _columns = new(width, width * factor, factor);
    private readonly ResampleWeights _rows = new(height, height * factor, factor);

    /// <summary>Upscales some rows, counted in the whole picture, of one channel.</summary>
    /// <param name="source">A band of the picture with these rows and, where the picture goes on, <see cref="Reach"/> more on either side.</param>
    /// <param name="channel">The channel.</param>
    /// <param name="start">The first row.</param>
    /// <param name="end">The row after the last.</param>
    /// <returns>A grey band, factor times as wide and high.</returns>
    public PictureBand Upscale(PictureBand source, int channel, int start, int end)
    {
        var plane = source.Channel(channel, Math.Max(0, start - Reach), Math.Min(height, end + Reach));
        var target = new PictureBand(new Picture(width * factor, (end - start) * factor, PixelLayout.Gray, plane.Picture.BitDepth), start * factor);
        BicubicResampler.Resize(plane, target, _rows, _columns);
        return target;
    }
}
