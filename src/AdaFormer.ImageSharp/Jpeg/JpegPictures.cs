using AdaFormer.Imaging;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.Formats.Jpeg;
using SixLabors.ImageSharp.PixelFormats;

namespace AdaFormer.ImageSharp.Jpeg;

/// <summary>The JPEG format, grey or in colour. Written with colours at full resolution (4:4:4), on white if the picture has alpha.</summary>
internal sealed class JpegPictures() : ImageSharpFormat(new PictureFormat("JPEG", ".jpg", ".jpeg", ".jfif", ".jpe"), new JpegImageFormatDetector(), new JpegConfigurationModule())
{
    // Capacity of segments besides their names; XMP cannot continue in another segment in a way that readers support.
    private const int MaximumExif = 65_527, MaximumXmp = 65_502, CmykComponents = 4;

    public override int MaximumSide => 65_535;

    public override void Configure(Configuration configuration)
    {
        base.Configure(configuration);
        configuration.ImageFormatsManager.SetDecoder(JpegFormat.Instance, new JpegDecoder { IgnoreMetadata = true });
    }

    public override Picture Read(WatchedStream file, long maximumPixels, ICollection<PictureWarning> warnings)
    {
        var header = ImageSharpPixels.Identify(file, maximumPixels).GetJpegMetadata();
        var picture = header.ColorType == JpegColorType.Luminance
            ? ImageSharpPixels.Load<L8>(file, PixelLayout.Gray, 8, maximumPixels)
            : ImageSharpPixels.Load<Rgb24>(file, PixelLayout.Rgb, 8, maximumPixels);
        var density = picture.Metadata.Density;
        picture = JpegEnd.Check(file, picture, warnings);
        if (JpegSegments.Components(file) == CmykComponents)
            warnings.Add(new PictureWarning(PictureWarning.Colors, "The JPEG is CMYK; its colours were converted without its profile and may be far off. Convert it to RGB in a program with colour management."));
        var metadata = JpegMetadata.Read(file);
        return ImageSharpPixels.With(picture, metadata with { Density = density ?? metadata.Density, JpegQuality = header.Quality });
    }

    public override IEnumerable<PictureWarning> Losses(PictureInfo picture)
    {
        if (picture.Layout.HasAlpha())
            yield return new PictureWarning(PictureWarning.Alpha, "JPEG has no transparency: the picture was laid on white. PNG, WebP and TIFF keep it.");
        if (picture.Metadata.Exif?.Length > MaximumExif || picture.Metadata.Xmp?.Length > MaximumXmp)
            yield return new PictureWarning(PictureWarning.Metadata, "EXIF or XMP are larger than a JPEG's segment and were left out. PNG and TIFF keep them.");
        foreach (var loss in base.Losses(picture))
            yield return loss;
    }

    public override void Write(Picture picture, Stream stream, ImageSharpEncoderOptions options)
    {
        var jpeg = ByteSamples.OnWhite(ByteSamples.Of(picture));
        var metadata = ImageSharpPixels.MetadataOf(picture, jpeg.Layout);
        using var file = new MemoryStream();
        ImageSharpPixels.Save(jpeg, metadata with { Xmp = metadata.Xmp?.Length <= MaximumXmp ? metadata.Xmp : null }, file, new JpegEncoder
        {
            Quality = options.Quality,
            ColorType = jpeg.Layout == PixelLayout.Gray ? JpegColorType.Luminance : JpegColorType.YCbCrRatio444,
        });
        JpegMetadata.WriteWithExif(file.GetBuffer().AsSpan(0, (int)file.Length), metadata.Exif?.Length <= MaximumExif ? metadata.Exif : null, stream);
    }
}
