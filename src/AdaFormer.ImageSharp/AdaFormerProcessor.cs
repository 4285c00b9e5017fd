using SixLabors.ImageSharp;
using SixLabors.ImageSharp.PixelFormats;
using SixLabors.ImageSharp.Processing.Processors;

namespace AdaFormer.ImageSharp;

/// <summary>Upscales an image, all of its frames, by the model's scale.</summary>
internal sealed class AdaFormerProcessor(UpscalingModel model, UpscaleOptions? options) : CloningImageProcessor
{
    public override ICloningImageProcessor<TPixel> CreatePixelSpecificCloningProcessor<TPixel>(Configuration configuration, Image<TPixel> source, Rectangle sourceRectangle) =>
        new AdaFormerProcessor<TPixel>(model, new Upscaler(model, options), configuration, source, sourceRectangle);
}

/// <summary>The same for one pixel type.</summary>
internal sealed class AdaFormerProcessor<TPixel>(UpscalingModel model, Upscaler upscaler, Configuration configuration, Image<TPixel> source, Rectangle sourceRectangle)
    : CloningImageProcessor<TPixel>(configuration, source, sourceRectangle)
    where TPixel : unmanaged, IPixel<TPixel>
{
    protected override Size GetDestinationSize() => new(SourceRectangle.Width * model.Description.Scale, SourceRectangle.Height * model.Description.Scale);

    protected override void OnFrameApply(ImageFrame<TPixel> source, ImageFrame<TPixel> destination)
    {
        var result = upscaler.Upscale(FramePixels.Read(Configuration, source, SourceRectangle)).Picture;
        FramePixels.Write(Configuration, result, destination);
    }
}
