using AdaFormer.Imaging;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.Formats.Jpeg;
using SixLabors.ImageSharp.PixelFormats;

namespace AdaFormer.ImageSharp.Jpeg;

/// <summary>The JPEG format, grey or in colour. Written with colours at full resolution (4:4:4), on white if the picture has alpha.</summary>
internal sealed class JpegPictures() : ImageSharpFormat(new PictureFormat("JPEG", ".jpg", ".jpeg", ".jfif", ".jpe"), new JpegImageFormatDetector(), new JpegConfigurationModule())
{
    // Capacity of segments besides their names; XMP cannot continue in another segment in a way that readers support.
    private const int MaximumExif = 65_527, MaximumXmp = 65_502;

    public override int MaximumSide => 65_535;

    public override void Configure(Configuration configuration)
    {
        base.Configure(configuration);
        configuration.ImageFormatsManager.SetDecoder(JpegFormat.Instance, new JpegDecoder { IgnoreMetadata = true });
    }

    // What lies on its side has to be held whole.
    public override IPictureRows Open(WatchedStream file, long maximumPixels) =>
        MetadataOf(file) is { Orientation: 1 } metadata ? new JpegRows(file, maximumPixels, metadata) : base.Open(file, maximumPixels);

    protected override Picture Read(WatchedStream file, long maximumPixels, ICollection<PictureWarning> warnings)
    {
        using IPictureRows rows = new JpegRows(file, maximumPixels, MetadataOf(file));
        var picture = rows.ReadAll();
        foreach (var warning in rows.Warnings)
            warnings.Add(warning);
        return picture;
    }

    private static PictureMetadata MetadataOf(WatchedStream file) => JpegMetadata.Read(file) with { JpegQuality = Quality(file) };

    // ImageSharp estimates it from the quantization tables.
    private static int? Quality(WatchedStream file)
    {
        try
        {
            return ImageSharpPixels.Identify(file, long.MaxValue).GetJpegMetadata().Quality;
        }
        catch (Exception) when (file.Failure is null)
        {
            // It does not know arithmetic codes.
            return null;
        }
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
