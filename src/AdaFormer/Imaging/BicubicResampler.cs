namespace AdaFormer.Imaging;

/// <summary>
/// MATLAB's <c>imresize</c> with its default, antialiased bicubic kernel, bit for bit on 8-bit pictures: this is how the benchmarks'
/// low-resolution pictures are made. The result of the first pass is rounded to whole samples, as MATLAB does for integers.
/// All channels are treated alike; alpha is not premultiplied.
/// </summary>
public static class BicubicResampler
{
    // Enough rows that the source rows shared by two bands matter little, few enough that small pictures use all cores.
    internal const int BandHeight = 32;

    /// <summary>Downscales a picture: each side becomes ⌈side ÷ factor⌉.</summary>
    /// <param name="picture">The picture; unchanged.</param>
    /// <param name="factor">At least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The factor is below 1.</exception>
    public static Picture Downscale(Picture picture, int factor)
    {
        ArgumentNullException.ThrowIfNull(picture);
        ArgumentOutOfRangeException.ThrowIfLessThan(factor, 1);
        var (width, height) = ((picture.Width - 1) / factor + 1, (picture.Height - 1) / factor + 1);
        return Resize(picture, width, height, 1.0 / factor);
    }

    /// <summary>Upscales a picture: each side becomes side × factor.</summary>
    /// <param name="picture">The picture; unchanged.</param>
    /// <param name="factor">At least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The factor is below 1 or the result too large.</exception>
    public static Picture Upscale(Picture picture, int factor)
    {
        ArgumentNullException.ThrowIfNull(picture);
        ArgumentOutOfRangeException.ThrowIfLessThan(factor, 1);
        if ((long)Math.Max(picture.Width, picture.Height) * factor > int.MaxValue)
            throw new ArgumentOutOfRangeException(nameof(factor), factor, $"{picture.Width}×{picture.Height} pixels times {factor} is too large.");
        return Resize(picture, picture.Width * factor, picture.Height * factor, factor);
    }

    /// <summary>Resizes a picture to a width, the height in proportion and rounded up: <c>imresize(picture, width / picture.Width)</c>.</summary>
    /// <param name="picture">The picture; unchanged.</param>
    /// <param name="width">The width in pixels, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The width is below 1 or the result too large.</exception>
    public static Picture ToWidth(Picture picture, int width)
    {
        ArgumentNullException.ThrowIfNull(picture);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        var height = ((((long)picture.Height * width) - 1) / picture.Width) + 1;
        if (height > int.MaxValue)
            throw new ArgumentOutOfRangeException(nameof(width), width, $"{picture.Width}×{picture.Height} pixels would become {width}×{height}, which is too large.");
        return Resize(picture, width, (int)height, (double)width / picture.Width);
    }

    /// <summary>Resizes a picture to any size, antialiased along each axis separately: <c>imresize(picture, [height width])</c>, where the rows are resized first.</summary>
    /// <param name="picture">The picture; unchanged.</param>
    /// <param name="width">The width in pixels, at least 1.</param>
    /// <param name="height">The height in pixels, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">A side is below 1 or the result too large.</exception>
    public static Picture ToSize(Picture picture, int width, int height)
    {
        ArgumentNullException.ThrowIfNull(picture);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        return Resize(picture, width, height, (double)width / picture.Width, (double)height / picture.Height);
    }

    private static Picture Resize(Picture source, int width, int height, double scale) => Resize(source, width, height, scale, scale);

    private static Picture Resize(Picture source, int width, int height, double scaleX, double scaleY)
    {
        var target = new Picture(width, height, source.Layout, source.BitDepth);
        Resize(new PictureBand(source, 0), new PictureBand(target, 0), new ResampleWeights(source.Height, height, scaleY), new ResampleWeights(source.Width, width, scaleX));
        return target;
    }

    /// <summary>Resamples a band of the source into a band of the result; the source must contain all rows that the weights reference.</summary>
    internal static void Resize(PictureBand source, PictureBand target, ResampleWeights rows, ResampleWeights columns)
    {
        var (start, end) = (target.Top, target.Top + target.Picture.Height);
        Parallel.For(0, (end - start - 1) / BandHeight + 1,
            () => new ResampleBand(source, target, rows, columns),
            (band, _, worker) =>
            {
                worker.Run(start + (band * BandHeight), Math.Min(start + ((band + 1) * BandHeight), end));
                return worker;
            },
            _ => { });
    }
}

/// <summary><see cref="BicubicResampler.Upscale"/> of a picture that is available in bands of rows.</summary>
internal sealed class BicubicUpscaling(int width, int height, int factor)
{
    /// <summary>Rows above and below a row that its interpolation reads.</summary>
    public const int Reach = 2;

    private readonly ResampleWeights _columns = new(width, width * factor, factor);
    private readonly ResampleWeights _rows = new(height, height * factor, factor);

    /// <summary>Upscales some rows, counted in the whole picture, of one channel.</summary>
    /// <param name="source">A band of the picture with these rows and, unless the picture ends there, <see cref="Reach"/> more on either side.</param>
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
