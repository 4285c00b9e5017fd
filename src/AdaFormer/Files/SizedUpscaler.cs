using AdaFormer.Imaging;

namespace AdaFormer.Files;

/// <summary>
/// Upscales to an exact size: through the models whose scales come nearest above it, then down by antialiased bicubic interpolation. What is
/// no larger than the input only goes down.
/// </summary>
internal sealed class SizedUpscaler(UpscalingModels models, UpscaleOptions options, TargetSize target)
{
    /// <summary>The upscaled picture and the halting depths of the first time through a model; without any, no token did any work.</summary>
    /// <param name="picture">The picture.</param>
    /// <param name="trace">What it shows of having been a JPEG.</param>
    /// <param name="progress">Told after every tile.</param>
    /// <param name="cancellationToken">Stops within the tile that is being worked on.</param>
    public UpscaleResult Upscale(Picture picture, JpegTrace? trace, IProgress<UpscaleProgress>? progress, CancellationToken cancellationToken)
    {
        var (width, height) = target.Of(picture.Width, picture.Height);
        var (large, map) = (picture, default(HaltingMap));
        foreach (var step in Steps(PictureInfo.Of(picture), trace))
        {
            var result = new Upscaler(step.Loaded.Value, options).Upscale(large, progress, cancellationToken);
            (large, map) = (result.Picture, map ?? result.HaltingDepth);
        }

        // The upscaler has done this to what it gave.
        if (map is null)
            large = TransparentFill.Fill(large);
        if ((large.Width, large.Height) != (width, height))
            large = BicubicResampler.ToSize(large, width, height);
        large.Metadata = picture.Metadata.For(width, height, large.Layout) with { JpegQuality = null };
        return new UpscaleResult(large, map ?? new HaltingMap(picture.Width, picture.Height, models.Of(models.Scales[^1], null).Description.Blocks));
    }

    /// <summary>The models that a picture goes through.</summary>
    /// <param name="picture">The picture.</param>
    /// <param name="trace">What it shows of having been a JPEG.</param>
    public IReadOnlyList<AvailableModel> Steps(PictureInfo picture, JpegTrace? trace)
    {
        var (width, height) = target.Of(picture.Width, picture.Height);
        return models.Steps(Math.Max(Times(width, picture.Width), Times(height, picture.Height)), trace);
    }

    private static int Times(int size, int of) => (int)(((long)size + of - 1) / of);
}
