using SixLabors.ImageSharp.Processing;

namespace AdaFormer.ImageSharp;

/// <summary>Upscaling as a step of ImageSharp's <c>image.Mutate(context => ...)</c> and <c>image.Clone(context => ...)</c>.</summary>
public static class AdaFormerUpscaleExtensions
{
    private static readonly Lazy<UpscalingModels> BuiltIn = new(() => UpscalingModels.LoadBuiltIn());

    /// <summary>
    /// Makes the image larger by the model's scale: all frames, any pixel type, 16 bits where its channels have more than 8. Metadata is kept,
    /// with the new size in EXIF.
    /// </summary>
    /// <param name="context">What ImageSharp gives to the lambda.</param>
    /// <param name="model">The model; <see langword="null"/>: the built-in ones, four times larger, for the whole process: <c>photo-x4</c> for frames whose pixels show that they were saved as JPEG, <c>tiny-x4</c> for others.</param>
    /// <param name="options">Halting threshold and tiles; <see langword="null"/> for the defaults.</param>
    /// <returns>The context, for the next step.</returns>
    /// <exception cref="ArgumentException">The tile size or the memory budget leaves nothing beside the overlap.</exception>
    /// <exception cref="UpscalingException">The result is too large to hold, or the model failed.</exception>
    public static IImageProcessingContext AdaFormerUpscale(this IImageProcessingContext context, UpscalingModel? model = null, UpscaleOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(context);
        var models = model is null ? BuiltIn.Value : new UpscalingModels(model);
        return context.ApplyProcessor(new AdaFormerProcessor(models, options)).ApplyProcessor(new PixelSizeProcessor());
    }
}
