using AdaFormer.Imaging;

namespace AdaFormer.ImageSharp;

/// <summary>
/// Writes JPEG, WebP, BMP and GIF, with profile, EXIF, XMP and density where the format supports them (BMP: profile and density; GIF: none).
/// All have 8 bits: 16 are rounded. JPEG has no transparency: the picture is composited on white, as most programs do. JPEG keeps colours at
/// full resolution (4:4:4); grey stays grey in JPEG and BMP. WebP and GIF hold animations; GIF has 256 colours a frame.
/// </summary>
public sealed class ImageSharpEncoder : IPictureEncoder
{
    private static readonly ImageSharpFormat[] Written = [.. PictureFormats.OfImageSharp.Where(format => format.IsWritten)];
    private readonly ImageSharpEncoderOptions _options;

    /// <summary>Creates an encoder.</summary>
    /// <param name="options"><see langword="null"/> for the defaults.</param>
    /// <exception cref="ArgumentOutOfRangeException">The quality is not 1 to 100.</exception>
    public ImageSharpEncoder(ImageSharpEncoderOptions? options = null)
    {
        _options = options ?? new ImageSharpEncoderOptions();
        if (_options.Quality is < 1 or > 100)
            throw new ArgumentOutOfRangeException(nameof(options), _options.Quality, "Expected a quality of 1 to 100.");
    }

    /// <inheritdoc/>
    public IReadOnlyList<PictureFormat> Formats { get; } = [.. Written.Select(format => format.Format)];

    /// <inheritdoc/>
    public int MaximumSide(string extension) => FormatOf(extension)?.MaximumSide ?? int.MaxValue;

    /// <inheritdoc/>
    public IEnumerable<PictureWarning> Losses(PictureInfo picture, string extension) => FormatOf(extension)?.Losses(picture) ?? [];

    /// <inheritdoc/>
    public void Encode(Picture picture, Stream stream, string extension)
    {
        ArgumentNullException.ThrowIfNull(picture);
        ArgumentNullException.ThrowIfNull(stream);
        var format = FormatOf(extension)
            ?? throw new NotSupportedException($"Files of type {extension} cannot be written; expected one of {string.Join(", ", Formats.SelectMany(one => one.Extensions))}.");
        if (Math.Max(picture.Width, picture.Height) > format.MaximumSide)
            throw new PictureFormatException($"The picture has {picture.Width}×{picture.Height} pixels; a file of type {extension} can have at most {format.MaximumSide} on each side. Write PNG or TIFF.");
        format.Write(picture, stream, _options);
    }

    /// <inheritdoc/>
    public bool WritesSequence(string extension, SequenceKind kind) => kind == SequenceKind.Frames && FormatOf(extension)?.IsAnimated == true;

    /// <inheritdoc/>
    public IPictureSequenceSink BeginSequence(SequenceInfo info, Stream stream, string extension)
    {
        ArgumentNullException.ThrowIfNull(info);
        ArgumentNullException.ThrowIfNull(stream);
        return (FormatOf(extension) ?? throw new NotSupportedException($"Files of type {extension} cannot be written.")).BeginSequence(info, stream, _options);
    }

    private static ImageSharpFormat? FormatOf(string extension) => Array.Find(Written, format => format.Format.Extensions.Contains(extension));
}

/// <summary>Compression options of <see cref="ImageSharpEncoder"/>.</summary>
public sealed class ImageSharpEncoderOptions
{
    /// <summary>Quality of JPEG and lossy WebP, 1 to 100. Default: 92, with hardly visible losses.</summary>
    public int Quality { get; init; } = 92;

    /// <summary>Whether WebP is written losslessly. Default: no.</summary>
    public bool LosslessWebp { get; init; }
}
