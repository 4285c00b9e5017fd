using AdaFormer.Imaging;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.Formats.Jpeg;
using SixLabors.ImageSharp.PixelFormats;

namespace AdaFormer.ImageSharp.Jpeg;

/// <summary>The JPEG format, grey or in colour. Written with colours at full resolution (4:4:4), on white if the picture has alpha.</summary>
internal sealed class JpegPictures() : ImageSharpFormat(new PictureFormat("JPEG", ".jpg", ".jpeg", ".jfif", ".jpe"), new JpegImageFormatDetector(), new JpegConfigurationModule())
{
    public override int MaximumSide => 65_535;

    protected override MetadataKinds Keeps => MetadataKinds.Exif | MetadataKinds.Xmp | MetadataKinds.Iptc | MetadataKinds.ExtendedXmp | MetadataKinds.JpegComments;

    public override void Configure(Configuration configuration)
    {
        base.Configure(configuration);
        configuration.ImageFormatsManager.SetDecoder(JpegFormat.Instance, new JpegDecoder { IgnoreMetadata = true });
    }

    // What lies on its side has to be held whole.
    public override IPictureRows Open(WatchedStream file, long maximumPixels)
    {
        var warnings = new List<PictureWarning>();
        return MetadataOf(file, warnings) is { Orientation: 1 } metadata ? new JpegRows(file, maximumPixels, metadata, warnings) : base.Open(file, maximumPixels);
    }

    protected override Picture Read(WatchedStream file, long maximumPixels, ICollection<PictureWarning> warnings)
    {
        var all = new List<PictureWarning>();
        using var rows = new JpegRows(file, maximumPixels, MetadataOf(file, all), all);
        var picture = PictureRows.ReadAll(rows);
        all.ForEach(warnings.Add);
        return picture;
    }

    private static PictureMetadata MetadataOf(WatchedStream file, ICollection<PictureWarning> warnings) => JpegMetadata.Read(file, warnings) with { JpegQuality = Quality(file) };

    // ImageSharp estimates it from the quantization tables.
    private static int? Quality(WatchedStream file)
    {
        try
        {
            return ImageSharpPixels.Identify(file, long.MaxValue).GetJpegMetadata().Quality;
        }
        catch (Exception) when (!file.HasFailed)
        {
            // It does not know arithmetic codes.
            return null;
        }
    }

    public override IEnumerable<PictureWarning> Losses(PictureInfo picture)
    {
        if (picture.Layout.HasAlpha())
            yield return new PictureWarning(PictureWarning.Alpha, "JPEG has no transparency: the picture was laid on white. PNG, WebP and TIFF keep it.");
        var metadata = picture.Metadata;
        if (metadata.Exif?.Length > JpegMetadata.MaximumExif || metadata.Xmp?.Length > JpegMetadata.MaximumXmp || metadata.JpegComments.Any(comment => comment.Length > JpegMetadata.MaximumComment))
            yield return new PictureWarning(PictureWarning.Metadata, "EXIF, XMP or a comment are larger than a JPEG's segment and were left out. PNG keeps them.");
        foreach (var loss in base.Losses(picture))
            yield return loss;
    }

    public override void Write(Picture picture, Stream stream, ImageSharpEncoderOptions options)
    {
        var jpeg = ByteSamples.OnWhite(ByteSamples.Of(picture));
        var metadata = ImageSharpPixels.MetadataOf(picture, jpeg.Layout);
        using var file = new MemoryStream();
        ImageSharpPixels.Save(jpeg, metadata with { Xmp = null }, file, new JpegEncoder
        {
            Quality = options.Quality,
            ColorType = jpeg.Layout == PixelLayout.Gray ? JpegColorType.Luminance : JpegColorType.YCbCrRatio444,
        });
        JpegMetadata.Write(file.GetBuffer().AsSpan(0, (int)file.Length), metadata, stream);
    }
}
