using AdaFormer.Imaging;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.Formats;
using SixLabors.ImageSharp.Formats.Bmp;
using SixLabors.ImageSharp.Formats.Gif;
using SixLabors.ImageSharp.Formats.Jpeg;
using SixLabors.ImageSharp.Formats.Tiff;
using SixLabors.ImageSharp.Formats.Webp;
using SixLabors.ImageSharp.Metadata;
using SixLabors.ImageSharp.PixelFormats;

namespace AdaFormer.ImageSharp;

/// <summary>
/// Reads JPEG, WebP, TIFF, BMP and GIF (the first frame or page). The EXIF orientation is applied, grey JPEG and TIFF stay grey, 16-bit TIFF
/// stays 16-bit; TIFF in tiles or compressed as a fax is refused. Alpha is straight; where it is opaque everywhere the picture has none.
/// Profile, EXIF, XMP and density are kept, and not applied. A JPEG that ends too early may give a picture whose rest is grey.
/// </summary>
public sealed class ImageSharpDecoder : IPictureDecoder
{
    private static readonly IImageFormatDetector[] Detectors =
    [
        new JpegImageFormatDetector(), new WebpImageFormatDetector(), new TiffImageFormatDetector(), new BmpImageFormatDetector(), new GifImageFormatDetector(),
    ];

    private static readonly Configuration Configuration = Configure();

    /// <inheritdoc/>
    public string Formats => "JPEG, WebP, TIFF, BMP, GIF";

    /// <inheritdoc/>
    public int SignatureLength { get; } = Detectors.Max(detector => detector.HeaderSize);

    /// <inheritdoc/>
    public bool Recognizes(ReadOnlySpan<byte> start)
    {
        foreach (var detector in Detectors)
        {
            if (detector.DetectFormat(start) is not null)
                return true;
        }

        return false;
    }

    /// <inheritdoc/>
    public Picture Decode(Stream stream, long maximumPixels)
    {
        ArgumentNullException.ThrowIfNull(stream);
        if (!stream.CanSeek)
        {
            // It is read twice, header first.
            using var copy = new MemoryStream();
            stream.CopyTo(copy);
            copy.Position = 0;
            return Decode(copy, maximumPixels);
        }

        var file = new WatchedStream(stream);
        try
        {
            return PictureOrientation.MakeUpright(Read(file, maximumPixels));
        }
        catch (Exception e)
        {
            file.Failure?.Throw();
            if (e is PictureFormatException or OutOfMemoryException)
                throw;
            // Damaged files make the decoders fail in many ways, index errors among them.
            throw new PictureFormatException($"The picture is damaged or of a kind that cannot be read: {e.Message} Get the file again or convert it to PNG.", e);
        }
    }

    private static Configuration Configure()
    {
        var configuration = new Configuration(
            new JpegConfigurationModule(), new WebpConfigurationModule(), new TiffConfigurationModule(), new BmpConfigurationModule(), new GifConfigurationModule());
        var decoders = configuration.ImageFormatsManager;
        decoders.SetDecoder(JpegFormat.Instance, new JpegDecoder { IgnoreMetadata = true });
        decoders.SetDecoder(GifFormat.Instance, new GifDecoder { DecodingMode = FrameDecodingMode.First });
        decoders.SetDecoder(TiffFormat.Instance, new TiffDecoder { DecodingMode = FrameDecodingMode.First });
        return configuration;
    }

    private Picture Read(WatchedStream file, long maximumPixels) => Image.DetectFormat(Configuration, file) switch
    {
        JpegFormat => ReadJpeg(file, maximumPixels),
        WebpFormat => ReadWebp(file, maximumPixels),
        TiffFormat => ReadTiff(file, maximumPixels),
        BmpFormat => ReadBmp(file, maximumPixels),
        GifFormat => Load<Rgba32>(file, PixelLayout.Rgba, 8, maximumPixels),
        _ => throw new PictureFormatException($"The file is none of {Formats}. Expected one of them."),
    };

    private static Picture ReadJpeg(Stream file, long maximumPixels)
    {
        var header = Identify(file, maximumPixels).GetJpegMetadata();
        var picture = header.ColorType == JpegColorType.Luminance
            ? Load<L8>(file, PixelLayout.Gray, 8, maximumPixels)
            : Load<Rgb24>(file, PixelLayout.Rgb, 8, maximumPixels);
        var metadata = JpegMetadata.Read(file);
        return With(picture, metadata with { Density = picture.Metadata.Density ?? metadata.Density, JpegQuality = header.Quality });
    }

    private static Picture ReadWebp(Stream file, long maximumPixels)
    {
        var webp = WebpFile.Read(file);
        PixelLimit.Check(webp.Canvas.Width, webp.Canvas.Height, maximumPixels);
        using var pixels = new MemoryStream();
        (webp with { Metadata = new PictureMetadata() }).Write(pixels);
        return With(webp.OnCanvas(Load<Rgba32>(pixels, PixelLayout.Rgba, 8, maximumPixels)), webp.Metadata);
    }

    private static Picture ReadTiff(WatchedStream file, long maximumPixels)
    {
        var page = new TiffPage(file, maximumPixels);
        return (page.IsGray, page.IsDeep) switch
        {
            (true, true) => Load<L16>(file, PixelLayout.Gray, 16, maximumPixels),
            (true, false) => Load<L8>(file, PixelLayout.Gray, 8, maximumPixels),
            (false, true) => Load<Rgba64>(file, PixelLayout.Rgba, 16, maximumPixels),
            (false, false) => Load<Rgba32>(file, PixelLayout.Rgba, 8, maximumPixels),
        };
    }

    private static Picture ReadBmp(Stream file, long maximumPixels)
    {
        var profile = BmpHeader.ReadProfile(file);
        var picture = Load<Rgba32>(file, PixelLayout.Rgba, 8, maximumPixels);
        return With(picture, picture.Metadata with { IccProfile = profile });
    }

    private static ImageMetadata Identify(Stream file, long maximumPixels)
    {
        file.Position = 0;
        var info = Image.Identify(Configuration, file) ?? throw new PictureFormatException("The header of the picture is damaged. Get the file again.");
        PixelLimit.Check(info.Width, info.Height, maximumPixels);
        return info.Metadata;
    }

    private static Picture Load<TPixel>(Stream file, PixelLayout layout, int bitDepth, long maximumPixels) where TPixel : unmanaged, IPixel<TPixel>
    {
        Identify(file, maximumPixels);
        file.Position = 0;
        using var image = Image.Load<TPixel>(Configuration, file);
        return With(OpaqueAlpha.Drop(PictureCopy.From(image, layout, bitDepth)), MetadataCopy.From(image));
    }

    private static Picture With(Picture picture, PictureMetadata metadata)
    {
        picture.Metadata = metadata.For(picture.Width, picture.Height, picture.Layout);
        return picture;
    }
}
