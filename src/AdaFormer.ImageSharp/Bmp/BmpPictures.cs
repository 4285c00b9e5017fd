using AdaFormer.Imaging;
using SixLabors.ImageSharp.Formats.Bmp;
using SixLabors.ImageSharp.PixelFormats;

namespace AdaFormer.ImageSharp.Bmp;

/// <summary>The BMP format.</summary>
internal sealed class BmpPictures() : ImageSharpFormat(new PictureFormat("BMP", ".bmp"), new BmpImageFormatDetector(), new BmpConfigurationModule())
{
    protected override Picture Read(WatchedStream file, long maximumPixels, ICollection<PictureWarning> warnings)
    {
        var profile = BmpHeader.ReadProfile(file);
        var picture = ImageSharpPixels.Load<Rgba32>(file, PixelLayout.Rgba, 8, maximumPixels);
        return ImageSharpPixels.With(picture, picture.Metadata with { IccProfile = profile });
    }

    public override IEnumerable<PictureWarning> Losses(PictureInfo picture)
    {
        if (picture.Metadata.Exif is not null || picture.Metadata.Xmp is not null)
            yield return new PictureWarning(PictureWarning.Metadata, "BMP has no place for EXIF and XMP, which were left out. PNG, TIFF, JPEG and WebP keep them.");
        foreach (var loss in base.Losses(picture))
            yield return loss;
    }

    public override void Write(Picture picture, Stream stream, ImageSharpEncoderOptions options)
    {
        var bitmap = ByteSamples.Of(picture);
        bitmap = bitmap.Layout == PixelLayout.GrayAlpha ? ByteSamples.InColor(bitmap) : bitmap;
        BmpWriter.Write(bitmap, ImageSharpPixels.MetadataOf(picture, bitmap.Layout), stream);
    }
}
