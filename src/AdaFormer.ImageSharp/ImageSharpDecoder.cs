using AdaFormer.Imaging;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.Formats;
using SixLabors.ImageSharp.Formats.Bmp;
using SixLabors.ImageSharp.Formats.Gif;
using SixLabors.ImageSharp.Formats.Jpeg;
using SixLabors.ImageSharp.Formats.Tiff;
using SixLabors.ImageSharp.Metadata;
using SixLabors.ImageSharp.Formats.Webp;
using SixLabors.ImageSharp.PixelFormats;

namespace AdaFormer.ImageSharp;

/// <summary>
/// Reads JPEG, WebP, TIFF, BMP and GIF (the first frame or page). The EXIF orientation is applied, gray JPEG and TIFF stay gray, 16-bit TIFF
/// stays 16-bit; fax-compressed TIFF is refused. Alpha is straight; where it is opaque everywhere the picture has none. Profile, EXIF, XMP and density are kept, and not applied.
/// A JPEG that ends too early may give a picture whose rest is gray.
/// </summary>
public sealed class ImageSharpDecoder : IPictureDecoder
{
    private static readonly IImageFormatDetector[] Detectors =
    [
        new JpegImageFormatDetector(), new WebpImageFormatDetector(), new TiffImageFormatDetector(), new BmpImageFormatDetector(), new GifImageFormatDetector(),
    ];

    private static readonly Configuration Configuration = OfFirstFrames();

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
        try
        {
            return IdentifyAndLoad(stream, maximumPixels);
        }
        catch (UnknownImageFormatException e)
        {
            throw new PictureFormatException($"The file is none of {Formats}. Expected one of them.", e);
        }
        catch (Exception e) when (e is not (PictureFormatException or OutOfMemoryException) && (e is EndOfStreamException || e is not IOException))
        {
            // Damaged files make the decoders fail in many ways, index errors among them.
            throw new PictureFormatException($"The picture is damaged or of a kind that cannot be read: {e.Message} Get the file again or convert it to PNG.", e);
        }
    }

    private static Configuration OfFirstFrames()
    {
        var configuration = new Configuration(
            new JpegConfigurationModule(), new WebpConfigurationModule(), new TiffConfigurationModule(), new BmpConfigurationModule(), new GifConfigurationModule());
        configuration.ImageFormatsManager.SetDecoder(GifFormat.Instance, new GifDecoder { DecodingMode = FrameDecodingMode.First });
        configuration.ImageFormatsManager.SetDecoder(TiffFormat.Instance, new TiffDecoder { DecodingMode = FrameDecodingMode.First });
        return configuration;
    }

    private static Picture IdentifyAndLoad(Stream stream, long maximumPixels)
    {
        if (!stream.CanSeek)
        {
            // It is read twice, header first.
            using var copy = new MemoryStream();
            stream.CopyTo(copy);
            copy.Position = 0;
            return IdentifyAndLoad(copy, maximumPixels);
        }

        ClaimedLengths.Check(stream);
        var start = stream.Position;
        var info = Image.Identify(Configuration, stream, out var format) ?? throw new PictureFormatException("The header of the picture is damaged. Get the file again.");
        PixelLimit.Check(info.Width, info.Height, maximumPixels);
        stream.Position = start;
        return Load(stream, info, format);
    }

    private static Picture Load(Stream stream, IImageInfo info, IImageFormat format)
    {
        if (format is JpegFormat)
        {
            return info.Metadata.GetJpegMetadata().ColorType == JpegColorType.Luminance
                ? Load<L8>(stream, PixelLayout.Gray, 8)
                : Load<Rgb24>(stream, PixelLayout.Rgb, 8);
        }

        var (gray, deep) = format is TiffFormat ? TiffKind(new TiffDirectory(stream)) : (false, false);
        return (gray, deep) switch
        {
            (true, true) => Load<L16>(stream, PixelLayout.Gray, 16),
            (true, false) => Load<L8>(stream, PixelLayout.Gray, 8),
            (false, true) => Load<Rgba64>(stream, PixelLayout.Rgba, 16),
            (false, false) => Load<Rgba32>(stream, PixelLayout.Rgba, 8),
        };
    }

    private static (bool Gray, bool Deep) TiffKind(TiffDirectory directory)
    {
        // On damaged fax data ImageSharp writes outside of its memory, which ends the process.
        if (directory.Compression is 2 or 3 or 4)
            throw new PictureFormatException("The TIFF is compressed as a fax, which is not read. Convert it to PNG.");
        if (directory.IsTiled)
            throw new PictureFormatException("The TIFF is stored in tiles, which are not read. Save it in strips, or convert it to PNG.");
        if (directory.Compression == 7 && !directory.HasJpegStrips)
            throw new PictureFormatException("The TIFF is damaged: what should be a JPEG in it is none. Get the file again.");
        return (directory.IsGray, directory.Bits > 8);
    }

    private static Picture Load<TPixel>(Stream stream, PixelLayout layout, int bitDepth) where TPixel : unmanaged, IPixel<TPixel>
    {
        using var image = Image.Load<TPixel>(Configuration, stream);
        var picture = OpaqueAlpha.Drop(PictureCopy.From(image, layout, bitDepth));
        picture.Metadata = MetadataCopy.From(image).For(picture.Width, picture.Height, picture.Layout);
        return PictureOrientation.MakeUpright(picture);
    }
}
