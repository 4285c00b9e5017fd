using AdaFormer.ImageSharp.Icc;
using AdaFormer.Imaging;
using BitMiracle.LibJpeg.Classic;

namespace AdaFormer.ImageSharp.Jpeg;

/// <summary>The rows of a JPEG in grey or RGB. CMYK is converted through the file's profile, or without one as screens show ink at best.</summary>
internal sealed class JpegRows : IPictureRows
{
    private readonly JpegPlanes _planes;
    private readonly List<PictureWarning> _warnings;
    private readonly CmykConversion? _conversion;
    private readonly byte[][] _rows;
    private readonly int[] _sums;
    private int _next;

    /// <summary>Reads what stands before the pixels.</summary>
    /// <param name="file">The JPEG.</param>
    /// <param name="maximumPixels">Larger pictures are rejected before anything is decoded.</param>
    /// <param name="metadata">Its metadata.</param>
    /// <param name="warnings">What was found so far; collects more, at the latest with the last row.</param>
    /// <exception cref="PictureFormatException">It is damaged, of an unsupported kind, or has more pixels than allowed.</exception>
    public JpegRows(Stream file, long maximumPixels, PictureMetadata metadata, List<PictureWarning> warnings)
    {
        _warnings = warnings;
        _planes = new JpegPlanes(file, maximumPixels, _warnings);
        var layout = _planes.Colors == J_COLOR_SPACE.JCS_GRAYSCALE ? PixelLayout.Gray : PixelLayout.Rgb;
        Info = new PictureInfo(_planes.Width, _planes.Height, layout, 8) { Metadata = metadata.For(_planes.Width, _planes.Height, layout) };
        _rows = [.. _planes.Components.Select(_ => new byte[_planes.Width + 1])];
        _sums = new int[_planes.Width + 1];
        if (_planes.Colors is not (J_COLOR_SPACE.JCS_CMYK or J_COLOR_SPACE.JCS_YCCK))
        {
            if (metadata.IccProfile is not null && Info.Metadata.IccProfile is null)
                _warnings.Add(new PictureWarning(PictureWarning.Metadata, "The JPEG's colour profile is for other channels than it has, and was left out."));
            return;
        }

        _conversion = CmykConversion.Of(metadata.IccProfile);
        _warnings.Add(new PictureWarning(PictureWarning.Colors, _conversion.HasProfile
            ? "The JPEG is CMYK; its colours were converted to sRGB through its profile, which is left out."
            : "The JPEG is CMYK without a profile that says what its inks look like; its colours were converted without and may be far off. Convert it to RGB in a program with colour management."));
    }

    public PictureInfo Info { get; }

    public long BytesHeld => _planes.BytesHeld;

    public IReadOnlyList<PictureWarning> Warnings => _warnings;

    public void ReadRow(Picture target, int y)
    {
        foreach (var component in _planes.Components)
            JpegUpsampler.Row(component, _next, _rows[component.Index], _sums);
        var row = target.Row8(y);
        switch (_planes.Colors)
        {
            case J_COLOR_SPACE.JCS_GRAYSCALE:
                _rows[0].AsSpan(0, Info.Width).CopyTo(row);
                break;
            case J_COLOR_SPACE.JCS_RGB:
                JpegColors.Interleave(_rows, row);
                break;
            case J_COLOR_SPACE.JCS_YCbCr:
                JpegColors.ToRgb(_rows, row);
                break;
            case J_COLOR_SPACE.JCS_YCCK:
                JpegColors.ToInverseCmy(_rows, Info.Width);
                goto default;
            default:
                _conversion!.Convert(_rows, row);
                break;
        }

        if (++_next == Info.Height)
            _planes.Finish();
    }

    public void Dispose()
    {
    }
}
