using AdaFormer.Imaging;
using SixLabors.ImageSharp.Formats.Webp;
using SixLabors.ImageSharp.PixelFormats;

namespace AdaFormer.ImageSharp.Webp;

/// <summary>The WebP format; for animations, the first frame.</summary>
internal sealed class WebpPictures() : ImageSharpFormat(new PictureFormat("WebP", ".webp"), new WebpImageFormatDetector(), new WebpConfigurationModule())
{
    public override int MaximumSide => 16_383;

    protected override MetadataKinds Keeps => MetadataKinds.Exif | MetadataKinds.Xmp;

    public override IEnumerable<PictureWarning> Losses(PictureInfo picture)
    {
        if (picture.Layout.IsGray() && picture.Metadata.IccProfile is not null)
            yield return new PictureWarning(PictureWarning.Metadata, "WebP has no grey: the profile for grey was left out. PNG, TIFF and JPEG keep it.");
        foreach (var loss in base.Losses(picture))
            yield return loss;
    }

    protected override Picture Read(WatchedStream file, long maximumPixels, ICollection<PictureWarning> warnings)
    {
        var webp = WebpFile.Read(file);
        if (webp.Frames > 1)
            warnings.Add(new PictureWarning(PictureWarning.Frames, $"The WebP is an animation of {webp.Frames} frames; only the first was read."));
        PixelLimit.Check(webp.Canvas.Width, webp.Canvas.Height, maximumPixels);
        using var pixels = new MemoryStream();
        (webp with { Metadata = new PictureMetadata() }).Write(pixels);
        return ImageSharpPixels.With(webp.OnCanvas(ImageSharpPixels.Load<Rgba32>(pixels, PixelLayout.Rgba, 8, maximumPixels)), webp.Metadata);
    }

    public override void Write(Picture picture, Stream stream, ImageSharpEncoderOptions options)
    {
        var webp = ByteSamples.InColor(ByteSamples.Of(picture));
        using var pixels = new MemoryStream();
        ImageSharpPixels.Save(webp, new PictureMetadata(), pixels, new WebpEncoder
        {
            FileFormat = options.LosslessWebp ? WebpFileFormatType.Lossless : WebpFileFormatType.Lossy,
            Quality = options.Quality,
        });
        var file = new WebpFile(WebpFile.Read(pixels).Pixels)
        {
            Canvas = (picture.Width, picture.Height), HasAlpha = webp.Layout.HasAlpha(), Metadata = ImageSharpPixels.MetadataOf(picture, webp.Layout),
        };
        file.Write(stream);
    }
}
