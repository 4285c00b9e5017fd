using AdaFormer.Imaging;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.Formats;
using SixLabors.ImageSharp.Formats.Bmp;
using SixLabors.ImageSharp.Formats.Gif;
using SixLabors.ImageSharp.Formats.Jpeg;
using SixLabors.ImageSharp.Formats.Tiff;
using SixLabors.ImageSharp.Formats.Tiff.Constants;
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

    private static readonly DecoderOptions Options = new()
    {
        MaxFrames = 1,
        Configuration = new Configuration(
            new JpegConfigurationModule(), new WebpConfigurationModule(), new TiffConfigurationModule(), new BmpConfigurationModule(), new GifConfigurationModule()),
    };

    // A TIFF's strip of JPEG is read as a picture of any kind that is known here; were that a TIFF, it could be the same one, without end.
    private static readonly DecoderOptions TiffOptions = new() { MaxFrames = 1, Configuration = new Configuration(new JpegConfigurationModule()) };

    /// <inheritdoc/>
    public string Formats => "JPEG, WebP, TIFF, BMP, GIF";

    /// <inheritdoc/>
    public int SignatureLength { get; } = Detectors.Max(detector => detector.HeaderSize);

    /// <inheritdoc/>
    public bool Recognizes(ReadOnlySpan<byte> start)
    {
        foreach (var detector in Detectors)
        {
            if (detector.TryDetectFormat(start, out _))
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
        var info = Image.Identify(Options, stream);
        PixelLimit.Check(info.Width, info.Height, maximumPixels);
        stream.Position = start;
        return Load(stream, info);
    }

    private static Picture Load(Stream stream, ImageInfo info)
    {
        if (info.Metadata.DecodedImageFormat is JpegFormat)
        {
            return info.Metadata.GetJpegMetadata().ColorType == JpegEncodingColor.Luminance
                ? Load<L8>(stream, PixelLayout.Gray, 8)
                : Load<Rgb24>(stream, PixelLayout.Rgb, 8);
        }

        var isTiff = info.Metadata.DecodedImageFormat is TiffFormat;
        var (gray, deep) = isTiff ? TiffKind(info) : (false, false);
        return (gray, deep) switch
        {
            (true, true) => Load<L16>(stream, PixelLayout.Gray, 16, isTiff),
            (true, false) => Load<L8>(stream, PixelLayout.Gray, 8, isTiff),
            (false, true) => Load<Rgba64>(stream, PixelLayout.Rgba, 16, isTiff),
            (false, false) => Load<Rgba32>(stream, PixelLayout.Rgba, 8, isTiff),
        };
    }

    private static (bool Gray, bool Deep) TiffKind(ImageInfo info)
    {
        var frame = info.FrameMetadataCollection[0].GetTiffMetadata();
        // On damaged fax data ImageSharp 3.1.12 writes outside of its memory, which ends the process.
        if (frame.Compression is TiffCompression.Ccitt1D or TiffCompression.CcittGroup3Fax or TiffCompression.CcittGroup4Fax)
            throw new PictureFormatException($"The TIFF is compressed as a fax ({frame.Compression}), which is not read. Convert it to PNG.");
        var bits = frame.BitsPerSample ?? throw new PictureFormatException("The TIFF does not say how many bits a sample has. Convert it to PNG.");
        return (bits.Channels == 1 && frame.PhotometricInterpretation != TiffPhotometricInterpretation.PaletteColor, bits.Channel0 > 8);
    }

    private static Picture Load<TPixel>(Stream stream, PixelLayout layout, int bitDepth, bool isTiff = false) where TPixel : unmanaged, IPixel<TPixel>
    {
        using var image = isTiff ? TiffDecoder.Instance.Decode<TPixel>(TiffOptions, stream) : Image.Load<TPixel>(Options, stream);
        var picture = OpaqueAlpha.Drop(PictureCopy.From(image, layout, bitDepth));
        picture.Metadata = MetadataCopy.From(image).For(picture.Width, picture.Height, picture.Layout);
        return PictureOrientation.MakeUpright(picture);
    }
}
