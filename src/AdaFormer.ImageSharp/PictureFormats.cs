using AdaFormer.Imaging;
using AdaFormer.ImageSharp.Bmp;
using AdaFormer.ImageSharp.Gif;
using AdaFormer.ImageSharp.Jpeg;
using AdaFormer.ImageSharp.Pnm;
using AdaFormer.ImageSharp.Tga;
using AdaFormer.ImageSharp.Tiff;
using AdaFormer.ImageSharp.Webp;
using AdaFormer.Imaging.Png;

namespace AdaFormer.ImageSharp;

/// <summary>All supported formats: PNG, TIFF, and those of ImageSharp.</summary>
public static class PictureFormats
{
    /// <summary>The formats decoded by ImageSharp, in the order in which they are tried.</summary>
    internal static IReadOnlyList<ImageSharpFormat> OfImageSharp { get; } = [new JpegPictures(), new WebpPictures(), new BmpPictures(), new GifPictures(), new PnmPictures(), new TgaPictures()];

    /// <summary>Creates a reader for all formats.</summary>
    /// <param name="maximumPixels">Pictures with more pixels are rejected before they are decoded.</param>
    /// <param name="salvage">Whether a file whose data end before its picture does gives what there is, with a warning; otherwise it is an error.</param>
    /// <exception cref="ArgumentOutOfRangeException">The limit is below 1.</exception>
    public static PictureReader Reader(long maximumPixels = PictureReader.DefaultMaximumPixels, bool salvage = false) => new([new PngDecoder(), new ImageSharpDecoder(), new TiffDecoder()], maximumPixels, salvage);

    /// <summary>Creates a writer for all writable formats: PNG, JPEG, WebP, TIFF, BMP and GIF.</summary>
    /// <param name="options">Compression options of JPEG and WebP; <see langword="null"/> for the defaults.</param>
    /// <exception cref="ArgumentOutOfRangeException">The quality is not 1 to 100.</exception>
    public static PictureWriter Writer(ImageSharpEncoderOptions? options = null) => new([new PngEncoder(), new ImageSharpEncoder(options), new TiffEncoder()]);
}
