using System.Runtime.ExceptionServices;
using AdaFormer.Imaging;
using AdaFormer.ImageSharp;

namespace AdaFormer.Training.Data;

/// <summary>Pictures with their reductions, read from files.</summary>
internal static class PicturePairs
{
    /// <summary>Reads pictures with their reductions, in the order of <paramref name="paths"/>.</summary>
    /// <param name="paths">The files.</param>
    /// <param name="scale">How many times smaller the reduction is.</param>
    /// <param name="progress">Gets the number of pictures read so far; may be called from several threads.</param>
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
