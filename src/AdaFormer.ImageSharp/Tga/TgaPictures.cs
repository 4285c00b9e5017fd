using AdaFormer.Imaging;
using SixLabors.ImageSharp.Formats.Tga;
using SixLabors.ImageSharp.PixelFormats;

namespace AdaFormer.ImageSharp.Tga;

/// <summary>The TGA format; read-only. It has no signature, so that it is recognised last.</summary>
internal sealed class TgaPictures() : ImageSharpFormat(new PictureFormat("TGA", ".tga"), new TgaImageFormatDetector(), new TgaConfigurationModule())
{
    public override bool IsWritten => false;

    protected override Picture Read(WatchedStream file, long maximumPixels, ICollection<PictureWarning> warnings)
    {
        ImageSharpPixels.Identify(file, maximumPixels);
        Complete(file, TgaData.End(file), warnings);
        return ImageSharpPixels.Load<Rgba32>(file, PixelLayout.Rgba, 8, maximumPixels);
    }
}
