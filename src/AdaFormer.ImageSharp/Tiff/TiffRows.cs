using System.Numerics;
using System.Runtime.InteropServices;
using AdaFormer.ImageSharp.Icc;
using AdaFormer.Imaging;

namespace AdaFormer.ImageSharp.Tiff;

/// <summary>The rows of a page: samples become colours, and alpha straight.</summary>
internal sealed class TiffRows : IPictureRows
{
    private readonly TiffBlocks _blocks;
    private readonly TiffPage _page;
    private readonly TiffSamples _samples;
    private readonly ushort[] _row;
    private readonly ushort[]? _palette;
    private readonly CmykConversion? _conversion;
    private readonly int _maximum;
    private readonly bool _isAsStored;
    private int _next;

    /// <summary>Opens a page, which is not one that LibTiff.NET must convert to colours.</summary>
    /// <param name="file">The file.</param>
    /// <param name="tiff">The file's directories.</param>
    /// <param name="page">The page, which has been checked.</param>
    /// <param name="warnings">What has been found so far; collects what is found from now on.</param>
    public TiffRows(Stream file, TiffFile tiff, TiffPage page, List<PictureWarning> warnings)
    {
        (_page, Warnings) = (page, warnings);
        _blocks = new TiffBlocks(file, tiff, page, warnings.Exists(warning => warning.Code == PictureWarning.MissingPixels));
        try
        {
            _samples = new TiffSamples(page);
            _samples.Prepare(_blocks, warnings);
            _row = new ushort[page.Width * page.Samples];
            _palette = page.Photometric == TiffPage.Palette ? page.Colors : null;
            var isGray = page.ColorSamples == 1 && _palette is null;
            var hasAlpha = page.Alpha != TiffPage.NoAlpha;
            var layout = isGray ? hasAlpha ? PixelLayout.GrayAlpha : PixelLayout.Gray : hasAlpha ? PixelLayout.Rgba : PixelLayout.Rgb;
            var depth = _palette is null ? _samples.BitDepth : 8;
            _maximum = depth == 8 ? byte.MaxValue : ushort.MaxValue;
            _isAsStored = page is { Format: TiffPage.Unsigned, Bits: 8 or 16, IsPlanar: false, Photometric: TiffPage.BlackIsZero or TiffPage.Rgb or TiffPage.YCbCr } && page.Samples == page.ColorSamples;
            var metadata = TiffMetadata.Of(tiff, page);
            Info = new PictureInfo(page.Width, page.Height, layout, depth) { Metadata = metadata.For(page.Width, page.Height, layout) };
            if (page.Photometric != TiffPage.Separated)
                return;
            _conversion = CmykConversion.Of(metadata.IccProfile);
            warnings.Add(new PictureWarning(PictureWarning.Colors, _conversion.HasProfile
                ? "The TIFF is CMYK; its colours were converted to sRGB through its profile, which is left out."
                : "The TIFF is CMYK without a profile that says what its inks look like; its colours were converted without and may be far off. Convert it to RGB in a program with colour management."));
        }
        catch
        {
            _blocks.Dispose();
            throw;
        }
    }

    public PictureInfo Info { get; }

    public long BytesHeld => _blocks.BytesHeld;

    public IReadOnlyList<PictureWarning> Warnings { get; }

    public void ReadRow(Picture target, int y)
    {
        if (_next == Info.Height)
            throw new InvalidOperationException($"All {Info.Height} rows have been read.");
        if (_isAsStored)
        {
            var row = target.BitDepth == 8 ? target.Row8(y) : MemoryMarshal.AsBytes(target.Row16(y));
            _blocks.Row(_next++, 0)[..row.Length].CopyTo(row);
            return;
        }

        if (_page.IsPlanar)
        {
            for (var plane = 0; plane < _page.Samples; plane++)
                _samples.Read(_blocks.Row(_next, plane), plane, _page.Samples, _row);
        }
        else if (_palette is null)
        {
            _samples.Read(_blocks.Row(_next, 0), 0, 1, _row);
        }
        else
        {
            _samples.ReadIndices(_blocks.Row(_next, 0), _row);
        }

        _next++;
        if (target.BitDepth == 8)
            Convert(target.Row8(y));
        else
            Convert(target.Row16(y));
    }

    public void Dispose() => _blocks.Dispose();

    private void Convert<T>(Span<T> target) where T : struct, IBinaryInteger<T>
    {
        var channels = (int)Info.Layout;
        Span<float> inks = stackalloc float[4], color = stackalloc float[3];
        for (int x = 0, from = 0, to = 0; x < Info.Width; x++, from += _page.Samples, to += channels)
        {
            var alpha = Info.Layout.HasAlpha() ? _row[from + _page.ColorSamples] : _maximum;
            if (_conversion is { HasProfile: true })
            {
                for (var ink = 0; ink < inks.Length; ink++)
                    inks[ink] = Math.Min((float)Straight(_row[from + ink], alpha) / _maximum, 1);
                _conversion.Convert(inks, color);
                for (var channel = 0; channel < color.Length; channel++)
                    target[to + channel] = T.CreateTruncating((color[channel] * _maximum / byte.MaxValue) + 0.5f);
            }
            else
            {
                for (var channel = 0; channel < (Info.Layout.IsGray() ? 1 : 3); channel++)
                    target[to + channel] = T.CreateTruncating(Straight(Color(from, channel), alpha));
            }

            if (Info.Layout.HasAlpha())
                target[to + channels - 1] = T.CreateTruncating(alpha);
        }
    }

    private int Color(int at, int channel) => _page.Photometric switch
    {
        TiffPage.WhiteIsZero => _maximum - _row[at],
        TiffPage.Palette => _palette![(channel << _page.Bits) + _row[at]] >> 8,
        TiffPage.Separated => (int)(((long)(_maximum - _row[at + channel]) * (_maximum - _row[at + 3]) + (_maximum / 2)) / _maximum),
        _ => _row[at + channel],
    };

    private int Straight(int color, int alpha) => _page.Alpha != TiffPage.Premultiplied || alpha == 0 ? color
        : (int)Math.Min((((long)color * _maximum) + (alpha / 2)) / alpha, _maximum);
}
