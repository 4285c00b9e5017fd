using AdaFormer.Imaging;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.Formats;
using SixLabors.ImageSharp.Formats.Jpeg;
using SixLabors.ImageSharp.Formats.Webp;
using SixLabors.ImageSharp.PixelFormats;

namespace AdaFormer.ImageSharp;

/// <summary>
/// Writes JPEG, WebP, TIFF and BMP, with profile, EXIF, XMP and density where the format has a place for them (BMP: profile and density).
/// TIFF is lossless and keeps 16 bits, alpha, and grey where there is no alpha. JPEG, WebP and BMP have 8 bits: 16 are rounded. JPEG has no transparency: the picture
/// is laid on white, as most programs do. JPEG keeps colours at full resolution (4:4:4); grey stays grey in JPEG, TIFF and BMP.
/// </summary>
public sealed class ImageSharpEncoder : IPictureEncoder
{
    private const int MaximumJpegSide = 65_535, MaximumWebpSide = 16_383;

    // What JPEG's segments hold beside their names; XMP has no way to go on in another that readers know.
    private const int MaximumJpegExif = 65_527, MaximumJpegXmp = 65_502;
    private readonly ImageSharpEncoderOptions _options;

    /// <summary>Makes an encoder.</summary>
    /// <param name="options"><see langword="null"/> for the defaults.</param>
    /// <exception cref="ArgumentOutOfRangeException">The quality is not 1 to 100.</exception>
    public ImageSharpEncoder(ImageSharpEncoderOptions? options = null)
    {
        _options = options ?? new ImageSharpEncoderOptions();
        if (_options.Quality is < 1 or > 100)
            throw new ArgumentOutOfRangeException(nameof(options), _options.Quality, "Expected a quality of 1 to 100.");
    }

    /// <inheritdoc/>
    public IReadOnlyCollection<string> Extensions => [".jpg", ".jpeg", ".webp", ".tif", ".tiff", ".bmp"];

    /// <inheritdoc/>
    public int MaximumSide(string extension) => extension switch
    {
        ".jpg" or ".jpeg" => MaximumJpegSide,
        ".webp" => MaximumWebpSide,
        _ => int.MaxValue,
    };

    /// <inheritdoc/>
    public void Encode(Picture picture, Stream stream, string extension)
    {
        ArgumentNullException.ThrowIfNull(picture);
        ArgumentNullException.ThrowIfNull(stream);
        if (Math.Max(picture.Width, picture.Height) > MaximumSide(extension))
            throw new PictureFormatException($"The picture has {picture.Width}×{picture.Height} pixels; a file of type {extension} can have at most {MaximumSide(extension)} on each side. Write PNG or TIFF.");
        switch (extension)
        {
            case ".jpg" or ".jpeg":
                WriteJpeg(picture, stream);
                break;
            case ".webp":
                WriteWebp(picture, stream);
                break;
            case ".tif" or ".tiff":
                WriteTiff(picture, stream);
                break;
            case ".bmp":
                var bitmap = ByteSamples.Of(picture);
                bitmap = bitmap.Layout == PixelLayout.GrayAlpha ? ByteSamples.InColor(bitmap) : bitmap;
                BmpWriter.Write(bitmap, Metadata(picture, bitmap.Layout), stream);
                break;
            default:
                throw new NotSupportedException($"Files of type {extension} are not written here; expected one of {string.Join(", ", Extensions)}.");
        }
    }

    private static PictureMetadata Metadata(Picture picture, PixelLayout layout) => picture.Metadata.For(picture.Width, picture.Height, layout);

    private void WriteJpeg(Picture picture, Stream stream)
    {
        var jpeg = ByteSamples.OnWhite(ByteSamples.Of(picture));
        var metadata = Metadata(picture, jpeg.Layout);
        using var file = new MemoryStream();
        Save(jpeg, metadata with { Xmp = metadata.Xmp?.Length <= MaximumJpegXmp ? metadata.Xmp : null }, file, new JpegEncoder
        {
            Quality = _options.Quality,
            ColorType = jpeg.Layout == PixelLayout.Gray ? JpegColorType.Luminance : JpegColorType.YCbCrRatio444,
        });
        JpegMetadata.WriteWithExif(file.GetBuffer().AsSpan(0, (int)file.Length), metadata.Exif?.Length <= MaximumJpegExif ? metadata.Exif : null, stream);
    }

    private void WriteWebp(Picture picture, Stream stream)
    {
        var webp = ByteSamples.InColor(ByteSamples.Of(picture));
        using var pixels = new MemoryStream();
        Save(webp, new PictureMetadata(), pixels, new WebpEncoder
        {
            FileFormat = _options.LosslessWebp ? WebpFileFormatType.Lossless : WebpFileFormatType.Lossy,
            Quality = _options.Quality,
        });
        var file = new WebpFile(WebpFile.Read(pixels).Pixels)
        {
            Canvas = (picture.Width, picture.Height), HasAlpha = webp.Layout.HasAlpha(), Metadata = Metadata(picture, webp.Layout),
        };
        file.Write(stream);
    }

    private static void WriteTiff(Picture picture, Stream stream)
    {
        // ImageSharp, and so this project, cannot read grey with alpha.
        var written = picture.Layout == PixelLayout.GrayAlpha ? ByteSamples.InColor(picture) : picture;
        var metadata = Metadata(picture, written.Layout);
        if (stream.CanSeek)
        {
            TiffWriter.Write(written, metadata, stream);
            return;
        }

        using var file = new MemoryStream();
        TiffWriter.Write(written, metadata, file);
        file.WriteTo(stream);
    }

    private static void Save(Picture picture, PictureMetadata metadata, Stream stream, IImageEncoder encoder)
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
}
