using AdaFormer.Imaging;
using SixLabors.ImageSharp.Formats.Gif;
using SixLabors.ImageSharp.PixelFormats;

namespace AdaFormer.ImageSharp.Gif;

/// <summary>The GIF format, first frame; read-only.</summary>
internal sealed class GifPictures() : ImageSharpFormat(new PictureFormat("GIF", ".gif"), new GifImageFormatDetector())
{
    public override bool IsWritten => false;

    public override Picture Read(WatchedStream file, long maximumPixels) => ImageSharpPixels.Load<Rgba32>(file, PixelLayout.Rgba, 8, maximumPixels);
}
