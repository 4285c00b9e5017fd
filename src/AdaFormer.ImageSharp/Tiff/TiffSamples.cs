using System.Globalization;
using System.Numerics;
using System.Runtime.InteropServices;
using AdaFormer.Imaging;

namespace AdaFormer.ImageSharp.Tiff;

/// <summary>
/// Samples of a TIFF as whole numbers from 0 to full intensity. Up to 16 bits without a sign are exact, but that 255 or 65,535 is full intensity;
/// signed ones of up to 16 bits begin with 0 at their lowest value. Others, 32 bits and floating-point numbers outside 0 to 1, are stretched
/// from the page's lowest value to its highest.
/// </summary>
internal sealed class TiffSamples
{
    private readonly TiffPage _page;
    private readonly double[] _values;
    private readonly uint _maximum;
    private double _lowest;
    private double _highest = 1;

    public TiffSamples(TiffPage page)
    {
        _page = page;
        BitDepth = page is { Bits: <= 8, Format: not TiffPage.Float } ? 8 : 16;
        _maximum = BitDepth == 8 ? byte.MaxValue : ushort.MaxValue;
        IsExact = page.Format != TiffPage.Float && page.Bits <= 16;
        _values = IsExact ? [] : new double[page.Width * page.Samples];
    }

    /// <summary>Bits of the samples that are given: 8 or 16.</summary>
    public int BitDepth { get; }

    /// <summary>Whether what is given does not depend on other samples of the page.</summary>
    public bool IsExact { get; }

    /// <summary>Warns of samples that become something else.</summary>
    /// <param name="blocks">The page's data, which is read once where the lowest and the highest value have to be found.</param>
    /// <param name="warnings">Collects the warning.</param>
    public void Prepare(TiffBlocks blocks, ICollection<PictureWarning> warnings)
    {
        if (IsExact)
        {
            if (_page.Format == TiffPage.Signed)
                warnings.Add(new PictureWarning(PictureWarning.Samples, $"The TIFF has signed samples of {_page.Bits} bits: {-(1 << (_page.Bits - 1))} became black, {(1 << (_page.Bits - 1)) - 1} white."));
            return;
        }

        var (lowest, highest, others) = Range(blocks);
        if (_page.Format != TiffPage.Float || lowest < 0 || highest > 1)
        {
            (_lowest, _highest) = (lowest, highest);
            warnings.Add(new PictureWarning(PictureWarning.Samples, string.Create(CultureInfo.InvariantCulture,
                $"The TIFF has {(_page.Format == TiffPage.Float ? "floating-point" : _page.Format == TiffPage.Signed ? "signed" : "unsigned")} samples of {_page.Bits} bits: its lowest value, {lowest:G6}, became black, its highest, {highest:G6}, white.")));
        }
        else
        {
            warnings.Add(new PictureWarning(PictureWarning.Samples, $"The TIFF has floating-point samples of {_page.Bits} bits: 0 became black, 1 white, with 16 bits in between."));
        }

        if (others > 0)
            warnings.Add(new PictureWarning(PictureWarning.Samples, $"{others} samples of the TIFF are no numbers or infinite, and became black."));
    }

    /// <summary>Reads a row of samples.</summary>
    /// <param name="bytes">The samples as stored.</param>
    /// <param name="first">Where the first of them goes.</param>
    /// <param name="step">From one to the next.</param>
    /// <param name="row">The row to fill.</param>
    public void Read(ReadOnlySpan<byte> bytes, int first, int step, Span<ushort> row)
    {
        var count = (row.Length - first + step - 1) / step;
        if (IsExact)
        {
            for (int i = 0, to = first; i < count; i++, to += step)
                row[to] = (ushort)Scaled(Whole(bytes, i));
            return;
        }

        Numbers(bytes, count);
        for (int i = 0, to = first; i < count; i++, to += step)
        {
            var (lowest, highest) = to % _page.Samples < _page.ColorSamples ? (_lowest, _highest) : (0, _page.Format == TiffPage.Float ? 1 : _page.Format == TiffPage.Signed ? int.MaxValue : uint.MaxValue);
            var share = highest > lowest ? (_values[i] - lowest) / (highest - lowest) : 0;
            row[to] = double.IsFinite(share) ? (ushort)Math.Clamp(Math.Round(share * _maximum), 0, _maximum) : (ushort)0;
        }
    }

    /// <summary>Reads a row of palette indices.</summary>
    public void ReadIndices(ReadOnlySpan<byte> bytes, Span<ushort> row)
    {
        for (var i = 0; i < row.Length; i++)
            row[i] = (ushort)Whole(bytes, i);
    }

    private uint Scaled(uint value)
    {
        var bits = _page.Bits;
        if (_page.Format == TiffPage.Signed)
            value ^= 1u << (bits - 1);
        var most = (1u << bits) - 1;
        return most == _maximum ? value : ((value * _maximum) + (most / 2)) / most;
    }

    // Samples of other sizes than bytes and words lie bit by bit, the most significant first.
    private uint Whole(ReadOnlySpan<byte> bytes, int i)
    {
        switch (_page.Bits)
        {
            case 8:
                return bytes[i];
            case 16:
                return MemoryMarshal.Read<ushort>(bytes[(2 * i)..]);
            default:
                var (at, value) = ((long)i * _page.Bits, 0u);
                for (var bit = at; bit < at + _page.Bits; bit++)
                    value = (value << 1) | ((uint)bytes[(int)(bit / 8)] >> (int)(7 - (bit % 8)) & 1);
                return value;
        }
    }

    private void Numbers(ReadOnlySpan<byte> bytes, int count)
    {
        switch (_page.Format, _page.Bits)
        {
            case (TiffPage.Float, 16):
                Convert(MemoryMarshal.Cast<byte, Half>(bytes), count);
                break;
            case (TiffPage.Float, 32):
                Convert(MemoryMarshal.Cast<byte, float>(bytes), count);
                break;
            case (TiffPage.Float, _):
                Convert(MemoryMarshal.Cast<byte, double>(bytes), count);
                break;
            case (TiffPage.Signed, _):
                Convert(MemoryMarshal.Cast<byte, int>(bytes), count);
                break;
            default:
                Convert(MemoryMarshal.Cast<byte, uint>(bytes), count);
                break;
        }
    }

    private void Convert<T>(ReadOnlySpan<T> numbers, int count) where T : struct, INumber<T>
    {
        for (var i = 0; i < count; i++)
            _values[i] = double.CreateTruncating(numbers[i]);
    }

    private (double Lowest, double Highest, long Others) Range(TiffBlocks blocks)
    {
        var (lowest, highest, others) = (double.PositiveInfinity, double.NegativeInfinity, 0L);
        var planes = _page.IsPlanar ? _page.Samples : 1;
        var count = _page.Width * _page.Samples / planes;
        for (var y = 0; y < _page.Height; y++)
        {
            for (var plane = 0; plane < planes; plane++)
            {
                if (plane >= _page.ColorSamples)
                    continue;
                Numbers(blocks.Row(y, plane), count);
                for (var i = 0; i < count; i++)
                {
                    if (planes == 1 && i % _page.Samples >= _page.ColorSamples)
                        continue;
                    if (!double.IsFinite(_values[i]))
                        others++;
                    else
                        (lowest, highest) = (Math.Min(lowest, _values[i]), Math.Max(highest, _values[i]));
                }
            }
        }

        return lowest <= highest ? (lowest, highest, others) : (0, 1, others);
    }
}
