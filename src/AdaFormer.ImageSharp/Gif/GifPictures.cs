using AdaFormer.Imaging;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.Formats.Gif;
using SixLabors.ImageSharp.Metadata;
using SixLabors.ImageSharp.PixelFormats;

namespace AdaFormer.ImageSharp.Gif;

/// <summary>The GIF format, first frame; read-only.</summary>
internal sealed class GifPictures() : ImageSharpFormat(new PictureFormat("GIF", ".gif"), new GifImageFormatDetector(), new GifConfigurationModule())
{
    public override bool IsWritten => false;

    public override void Configure(Configuration configuration)
    {
        base.Configure(configuration);
        configuration.ImageFormatsManager.SetDecoder(GifFormat.Instance, new GifDecoder { DecodingMode = FrameDecodingMode.First });
    }

    protected override Picture Read(WatchedStream file, long maximumPixels, ICollection<PictureWarning> warnings)
    {
        var picture = ImageSharpPixels.Load<Rgba32>(file, PixelLayout.Rgba, 8, maximumPixels);
        GifFrames.Check(file, warnings);
        return picture;
    }
}
