using AdaFormer.Imaging;

namespace AdaFormer.Files;

/// <summary>
/// Upscales to an exact size: through the models whose scales come nearest above it, then down by antialiased bicubic interpolation. What is
/// no larger than the input only goes down.
/// </summary>
internal sealed class SizedUpscaler(UpscalingModels models, UpscaleOptions options, TargetSize target)
{
    /// <summary>The upscaled picture and the halting depths of the first time through a model; without any, no token did any work.</summary>
    public UpscaleResult Upscale(Picture picture, IProgress<UpscaleProgress>? progress, CancellationToken cancellationToken)
    {
        var (width, height) = target.Of(picture.Width, picture.Height);
        var (large, map) = (picture, default(HaltingMap));
        foreach (var scale in Steps(PictureInfo.Of(picture)))
        {
            var result = new Upscaler(models[scale], options).Upscale(large, progress, cancellationToken);
            (large, map) = (result.Picture, map ?? result.HaltingDepth);
        }

        // The upscaler has done this to what it gave.
        if (map is null)
            large = TransparentFill.Fill(large);
        if ((large.Width, large.Height) != (width, height))
            large = BicubicResampler.ToSize(large, width, height);
        large.Metadata = picture.Metadata.For(width, height, large.Layout);
        return new UpscaleResult(large, map ?? new HaltingMap(picture.Width, picture.Height, models.Describe(models.Scales[^1]).Blocks));
    }

    /// <summary>The scales of the models that a picture goes through.</summary>
    public IReadOnlyList<int> Steps(PictureInfo picture)
    {
        var (width, height) = target.Of(picture.Width, picture.Height);
        return models.Steps(Math.Max(Times(width, picture.Width), Times(height, picture.Height)));
    }

    private static int Times(int size, int of) => (int)(((long)size + of - 1) / of);
}
