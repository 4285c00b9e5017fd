using SixLabors.ImageSharp;
using SixLabors.ImageSharp.Metadata.Profiles.Exif;
using SixLabors.ImageSharp.PixelFormats;
using SixLabors.ImageSharp.Processing.Processors;

namespace AdaFormer.ImageSharp;

/// <summary>
/// Makes EXIF's pixel dimensions the image's own, where there are any. A processor of its own: one that changes an image's size works on a
/// copy, of which <c>Mutate</c> takes the pixels only.
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
