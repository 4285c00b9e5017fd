using AdaFormer.Imaging;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.PixelFormats;
using SixLabors.ImageSharp.Processing.Processors;

namespace AdaFormer.ImageSharp;

/// <summary>Upscales an image, all of its frames, by the models' largest scale.</summary>
internal sealed class AdaFormerProcessor(UpscalingModels models, UpscaleOptions? options) : CloningImageProcessor
{
    public override ICloningImageProcessor<TPixel> CreatePixelSpecificCloningProcessor<TPixel>(Configuration configuration, Image<TPixel> source, Rectangle sourceRectangle) =>
        new AdaFormerProcessor<TPixel>(models, options, configuration, source, sourceRectangle);
}

/// <summary>The same for one pixel type.</summary>
internal sealed class AdaFormerProcessor<TPixel>(UpscalingModels models, UpscaleOptions? options, Configuration configuration, Image<TPixel> source, Rectangle sourceRectangle)
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
