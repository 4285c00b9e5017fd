using AdaFormer.Imaging;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.Formats.Tiff;
using SixLabors.ImageSharp.Metadata;
using SixLabors.ImageSharp.PixelFormats;

namespace AdaFormer.ImageSharp.Tiff;

/// <summary>The TIFF format, first page, 8 or 16 bits; tiled and fax-compressed files are rejected. Written losslessly.</summary>
internal sealed class TiffPictures() : ImageSharpFormat(new PictureFormat("TIFF", ".tif", ".tiff"), new TiffImageFormatDetector(), new TiffConfigurationModule())
{
    public override void Configure(Configuration configuration)
    {
        base.Configure(configuration);
        configuration.ImageFormatsManager.SetDecoder(TiffFormat.Instance, new TiffDecoder { DecodingMode = FrameDecodingMode.First });
    }

    protected override Picture Read(WatchedStream file, long maximumPixels, ICollection<PictureWarning> warnings)
    {
        var page = new TiffPage(file, maximumPixels, warnings);
        using var said = page.WithBits();
        if (said is not null)
        {
            // Longer than before, so that what lay beyond its end may lie within.
            file = new WatchedStream(said);
            page = new TiffPage(file, maximumPixels, []);
        }

        return (page.IsGray, page.IsDeep) switch
        {
            (true, true) => ImageSharpPixels.Load<L16>(file, PixelLayout.Gray, 16, maximumPixels),
            (true, false) => ImageSharpPixels.Load<L8>(file, PixelLayout.Gray, 8, maximumPixels),
            (false, true) => ImageSharpPixels.Load<Rgba64>(file, PixelLayout.Rgba, 16, maximumPixels),
            (false, false) => ImageSharpPixels.Load<Rgba32>(file, PixelLayout.Rgba, 8, maximumPixels),
        };
    }

    protected override MetadataKinds Keeps => MetadataKinds.Exif | MetadataKinds.Xmp | MetadataKinds.Iptc;

    public override IEnumerable<PictureWarning> Losses(PictureInfo picture) => base.Losses(picture).Where(loss => loss.Code != PictureWarning.BitDepth);

    public override void Write(Picture picture, Stream stream, ImageSharpEncoderOptions options)
    {
        // ImageSharp, and so this project, cannot read grey with alpha.
        var written = picture.Layout == PixelLayout.GrayAlpha ? ByteSamples.InColor(picture) : picture;
        var metadata = ImageSharpPixels.MetadataOf(picture, written.Layout);
        if (stream.CanSeek)
        {
            TiffWriter.Write(written, metadata, stream);
            return;
        }

        using var file = new MemoryStream();
        TiffWriter.Write(written, metadata, file);
        file.WriteTo(stream);
    }
}
