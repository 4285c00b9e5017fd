using AdaFormer.Imaging;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.Formats.Jpeg;
using SixLabors.ImageSharp.PixelFormats;

namespace AdaFormer.ImageSharp;

/// <summary>Saves pictures as JPEG and reads them again, to measure models on real-world pictures.</summary>
public static class JpegRoundTrip
{
    private static readonly Configuration Configuration = new(new JpegConfigurationModule());

    /// <summary>Saves a picture as JPEG and reads it again.</summary>
    /// <param name="picture">8 bits, RGB or grey; others are converted, alpha on white.</param>
    /// <param name="quality">1 to 100, on libjpeg's scale.</param>
    /// <param name="fullChroma">Whether colours keep their resolution (4:4:4) or lose half of it in each direction (4:2:0), as in most files.</param>
    /// <returns>A picture of the same size, RGB or grey.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The quality is not 1 to 100.</exception>
    public static Picture Apply(Picture picture, int quality, bool fullChroma = false)
    {
        ArgumentNullException.ThrowIfNull(picture);
        ArgumentOutOfRangeException.ThrowIfLessThan(quality, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(quality, 100);
        var plain = ByteSamples.OnWhite(ByteSamples.Of(picture));
        if (plain.Layout == PixelLayout.Gray)
        {
            using var grey = PictureCopy.To<L8>(plain);
            using var savedGrey = Apply(grey, quality, JpegColorType.Luminance);
            return PictureCopy.From(savedGrey, PixelLayout.Gray, 8);
        }

        using var image = PictureCopy.To<Rgb24>(plain);
        using var saved = Apply(image, quality, fullChroma ? JpegColorType.YCbCrRatio444 : JpegColorType.YCbCrRatio420);
        return PictureCopy.From(saved, PixelLayout.Rgb, 8);
    }

    private static Image<TPixel> Apply<TPixel>(Image<TPixel> image, int quality, JpegColorType colors) where TPixel : unmanaged, IPixel<TPixel>
    {
        using var file = new MemoryStream();
        image.Save(file, new JpegEncoder { Quality = quality, ColorType = colors });
        file.Position = 0;
        return Image.Load<TPixel>(Configuration, file);
    }
}
