using AdaFormer.Imaging;
using SixLabors.ImageSharp.Metadata.Profiles.Exif;
using SixLabors.ImageSharp.PixelFormats;
using SixLabors.ImageSharp.Processing.Processors;
using SixLabors.ImageSharp.Processing;
using SixLabors.ImageSharp;

namespace AdaFormer.ImageSharp;

/// <summary>Upscaling as a step of ImageSharp's <c>image.Mutate(context => ...)</c> and <c>image.Clone(context => ...)</c>.</summary>
public static class AdaFormerUpscaleExtensions
{
    private static readonly Lazy<ModelSelector> BuiltIn = new(() => ModelSelector.LoadBuiltIn());

    /// <summary>
    /// Enlarges the image by the model's scale: all frames, any pixel type, 16 bits if its channels have more than 8. Metadata is kept,
    /// with the new size in EXIF.
    /// </summary>
    /// <param name="context">The context that ImageSharp passes to the lambda.</param>
    /// <param name="model">The model; <see langword="null"/>: the built-in ones, four times larger, shared by the process: <c>photo-x4</c> for frames whose pixels show that they were saved as JPEG, <c>tiny-x4</c> for others.</param>
    /// <param name="options">Halting threshold and tiles; <see langword="null"/> for the defaults.</param>
    /// <returns>The context, for the next step.</returns>
    /// <exception cref="ArgumentException">The tile size or the memory budget leaves no room besides the overlap.</exception>
    /// <exception cref="UpscalingException">The result is too large for memory, or the model failed.</exception>
    public static IImageProcessingContext AdaFormerUpscale(this IImageProcessingContext context, UpscalingModel? model = null, UpscaleOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(context);
        var models = model is null ? BuiltIn.Value : new ModelSelector(model);
        return context.ApplyProcessor(new AdaFormerProcessor(models, options)).ApplyProcessor(new PixelSizeProcessor());
    }
}

/// <summary>Upscales an image, with all of its frames, by the models' largest scale.</summary>
internal sealed class AdaFormerProcessor(ModelSelector models, UpscaleOptions? options) : CloningImageProcessor
{
    public override ICloningImageProcessor<TPixel> CreatePixelSpecificCloningProcessor<TPixel>(Configuration configuration, Image<TPixel> source, Rectangle sourceRectangle) =>
        new AdaFormerProcessor<TPixel>(models, options, configuration, source, sourceRectangle);
}

/// <summary>Upscales an image of one pixel type.</summary>
internal sealed class AdaFormerProcessor<TPixel>(ModelSelector models, UpscaleOptions? options, Configuration configuration, Image<TPixel> source, Rectangle sourceRectangle)
    : CloningImageProcessor<TPixel>(configuration, source, sourceRectangle)
    where TPixel : unmanaged, IPixel<TPixel>
{
    private readonly int _scale = models.Scales[^1];

    protected override Size GetDestinationSize() => new(SourceRectangle.Width * _scale, SourceRectangle.Height * _scale);

    protected override void OnFrameApply(ImageFrame<TPixel> source, ImageFrame<TPixel> destination)
    {
        var frame = FramePixels.Read(Configuration, source, SourceRectangle);
        var model = models.Choose(_scale, models.HasChoice ? JpegTrace.Of(frame) : null);
        FramePixels.Write(Configuration, new Upscaler(model, options).Upscale(frame).Picture, destination);
    }
}

/// <summary>
/// Sets EXIF's pixel dimensions, if present, to the image's own. A separate processor, because one that changes an image's size works on a
/// copy, of which <c>Mutate</c> takes only the pixels.
/// </summary>
internal sealed class PixelSizeProcessor : IImageProcessor
{
    public IImageProcessor<TPixel> CreatePixelSpecificProcessor<TPixel>(Configuration configuration, Image<TPixel> source, Rectangle sourceRectangle)
        where TPixel : unmanaged, IPixel<TPixel> => new OfPixel<TPixel>(configuration, source, sourceRectangle);

    private sealed class OfPixel<TPixel>(Configuration configuration, Image<TPixel> source, Rectangle sourceRectangle)
        : ImageProcessor<TPixel>(configuration, source, sourceRectangle)
        where TPixel : unmanaged, IPixel<TPixel>
    {
        protected override void BeforeImageApply()
        {
            if (Source.Metadata.ExifProfile is not { } exif)
                return;
            if (exif.GetValue(ExifTag.PixelXDimension) is not null)
                exif.SetValue(ExifTag.PixelXDimension, Source.Width);
            if (exif.GetValue(ExifTag.PixelYDimension) is not null)
                exif.SetValue(ExifTag.PixelYDimension, Source.Height);
        }

        protected override void OnFrameApply(ImageFrame<TPixel> source)
        {
        }
    }
}
