using System.Runtime.ExceptionServices;
using AdaFormer.ImageSharp;
using AdaFormer.Imaging;

namespace AdaFormer.Training.Data;

/// <summary>Reads pictures with their downscaled versions from files.</summary>
internal static class PicturePairs
{
    /// <summary>Reads pictures and downscales them, in the order of <paramref name="paths"/>.</summary>
    /// <param name="paths">The files.</param>
    /// <param name="scale">The downscaling factor.</param>
    /// <param name="progress">Receives the number of pictures read so far; may be called from several threads.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="PictureFormatException">A file is damaged or too small; the message names it.</exception>
    public static PicturePair[] Read(IReadOnlyList<string> paths, int scale, Action<int>? progress, CancellationToken cancellationToken)
    {
        var reader = PictureFormats.Reader();
        var pairs = new PicturePair[paths.Count];
        var done = 0;
        try
        {
            Parallel.For(0, pairs.Length, new ParallelOptions { CancellationToken = cancellationToken }, i =>
            {
                pairs[i] = ReadOne(reader, paths[i], scale);
                progress?.Invoke(Interlocked.Increment(ref done));
            });
        }
        catch (AggregateException exception)
        {
            ExceptionDispatchInfo.Throw(exception.InnerExceptions[0]);
        }

        return pairs;
    }

    private static PicturePair ReadOne(PictureReader reader, string path, int scale)
    {
        var picture = reader.Read(path);
        return picture.Width >= scale && picture.Height >= scale
            ? PicturePair.From(picture, scale)
            : throw new PictureFormatException($"'{path}' has {picture.Width}×{picture.Height} pixels, too few for scale {scale}. Remove it.");
    }
}

/// <summary>
/// A high-resolution picture, cropped at the top left to a multiple of the scale, and its exact bicubic downscale; 8-bit RGB.
/// </summary>
/// <param name="High">The true picture.</param>
/// <param name="Low">The network's input.</param>
internal sealed record PicturePair(Picture High, Picture Low)
{
    /// <summary>A teacher's output for <see cref="Low"/>, of the size of <see cref="High"/>; null: there is no teacher.</summary>
    public Picture? Teacher { get; init; }

    public static PicturePair From(Picture picture, int scale)
    {
        var (width, height) = (picture.Width / scale * scale, picture.Height / scale * scale);
        var high = ToRgb8(picture, width, height);
        return new PicturePair(high, BicubicResampler.Downscale(high, scale));
    }

    private static Picture ToRgb8(Picture source, int width, int height)
    {
        if (source is { Layout: PixelLayout.Rgb, BitDepth: 8 } && source.Width == width && source.Height == height)
            return source;
        var rgb = new Picture(width, height, PixelLayout.Rgb);
        var shift = source.BitDepth == 16 ? 257 : 1;
        for (var y = 0; y < height; y++)
        {
            var row = rgb.Row8(y);
            for (var x = 0; x < width; x++)
            {
                for (var channel = 0; channel < 3; channel++)
                    row[3 * x + channel] = (byte)((source[x, y, source.Layout.IsGray() ? 0 : channel] + shift / 2) / shift);
            }
        }

        return rgb;
    }
}
