using AdaFormer.Imaging;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.Formats;
using SixLabors.ImageSharp.Metadata;
using SixLabors.ImageSharp.PixelFormats;

namespace AdaFormer.ImageSharp;

/// <summary>Passes pixels through ImageSharp's decoders and encoders.</summary>
internal static class ImageSharpPixels
{
    private static readonly Configuration Configuration = Configure();

    /// <summary>Reads a file's header.</summary>
    /// <exception cref="PictureFormatException">It is damaged, or claims more pixels than allowed.</exception>
    public static ImageMetadata Identify(Stream file, long maximumPixels)
    {
        file.Position = 0;
        var info = Image.Identify(Configuration, file) ?? throw new PictureFormatException("The header of the picture is damaged. Get the file again.");
        PixelLimit.Check(info.Width, info.Height, maximumPixels);
        return info.Metadata;
    }

    /// <summary>Decodes a file whose pixel type matches the layout and bit depth.</summary>
    /// <exception cref="PictureFormatException">It claims more pixels than allowed.</exception>
    public static Picture Load<TPixel>(Stream file, PixelLayout layout, int bitDepth, long maximumPixels) where TPixel : unmanaged, IPixel<TPixel>
    {
        using var image = Load<TPixel>(file, maximumPixels);
        return With(OpaqueAlpha.Drop(PictureCopy.From(image, layout, bitDepth)), MetadataCopy.From(image));
    }

    /// <summary>Decodes the pixels of a file alone, with alpha even if it is opaque everywhere.</summary>
    /// <exception cref="PictureFormatException">It claims more pixels than allowed.</exception>
    public static Picture LoadPixels<TPixel>(Stream file, PixelLayout layout, long maximumPixels) where TPixel : unmanaged, IPixel<TPixel>
    {
        using var image = Load<TPixel>(file, maximumPixels);
        return PictureCopy.From(image, layout, 8);
    }

    private static Image<TPixel> Load<TPixel>(Stream file, long maximumPixels) where TPixel : unmanaged, IPixel<TPixel>
    {
        Identify(file, maximumPixels);
        file.Position = 0;
        return Image.Load<TPixel>(Configuration, file);
    }

    /// <summary>Sets a picture's metadata.</summary>
    public static Picture With(Picture picture, PictureMetadata metadata)
    {
        picture.Metadata = metadata.For(picture.Width, picture.Height, picture.Layout);
        return picture;
    }

    /// <summary>Encodes a picture of 8 bits.</summary>
    public static void Save(Picture picture, PictureMetadata metadata, Stream stream, IImageEncoder encoder)
    {
        using Image image = picture.Layout switch
        {
            PixelLayout.Gray => PictureCopy.To<L8>(picture),
            PixelLayout.Rgb => PictureCopy.To<Rgb24>(picture),
            _ => PictureCopy.To<Rgba32>(picture),
        };
        MetadataCopy.To(image.Metadata, metadata);
        image.Save(stream, encoder);
    }

    /// <summary>The metadata of a picture for writing it with this layout.</summary>
    public static PictureMetadata MetadataOf(Picture picture, PixelLayout layout) => picture.Metadata.For(picture.Width, picture.Height, layout);

    private static Configuration Configure()
    {
        var configuration = new Configuration();
        foreach (var format in PictureFormats.OfImageSharp)
            format.Configure(configuration);
        return configuration;
    }
}
