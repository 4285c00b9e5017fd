using AdaFormer.Imaging;

namespace AdaFormer.Files;

/// <summary>
/// Upscales to an exact size: through the model as often as it takes to reach it, then down by antialiased bicubic interpolation. What is no
/// larger than the input only goes down.
/// </summary>
internal sealed class SizedUpscaler(UpscalingModel model, Upscaler upscaler, TargetSize target)
{
    /// <summary>The upscaled picture and the halting depths of the first time through the model; without any, no token did any work.</summary>
    public UpscaleResult Upscale(Picture picture, IProgress<UpscaleProgress>? progress, CancellationToken cancellationToken)
    {
        var (width, height) = target.Of(picture.Width, picture.Height);
        var (large, map) = (picture, default(HaltingMap));
        while (large.Width < width || large.Height < height)
        {
            var result = upscaler.Upscale(large, progress, cancellationToken);
            (large, map) = (result.Picture, map ?? result.HaltingDepth);
        }

        // The upscaler has done this to what it gave.
        if (map is null)
            large = TransparentFill.Fill(large);
        if ((large.Width, large.Height) != (width, height))
            large = BicubicResampler.ToSize(large, width, height);
        large.Metadata = picture.Metadata.For(width, height, large.Layout);
        return new UpscaleResult(large, map ?? new HaltingMap(picture.Width, picture.Height, model.Description.Blocks));
    }
}
