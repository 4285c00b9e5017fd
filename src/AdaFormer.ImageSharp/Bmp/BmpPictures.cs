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
        ImageSharpPixels.Identify(file, maximumPixels);
        using var unpacked = BmpRuns.Unpack(file, out var isCut);
        Complete(file, isCut ? file.Length + 1 : BmpData.End(file), warnings);
        var picture = ImageSharpPixels.Load<Rgba32>(unpacked ?? (Stream)file, PixelLayout.Rgba, 8, maximumPixels);
        return ImageSharpPixels.With(picture, picture.Metadata with { IccProfile = profile });
    }

    public override void Write(Picture picture, Stream stream, ImageSharpEncoderOptions options)
    {
        var bitmap = ByteSamples.Of(picture);
        bitmap = bitmap.Layout == PixelLayout.GrayAlpha ? ByteSamples.InColor(bitmap) : bitmap;
        BmpWriter.Write(bitmap, ImageSharpPixels.MetadataOf(picture, bitmap.Layout), stream);
    }
}
