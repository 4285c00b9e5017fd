using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;

namespace AdaFormer.Imaging.Png;

/// <summary>Converts a PNG's unfiltered rows to those of a <see cref="Picture"/>: palettes looked up, low bit depths scaled to 8 bits.</summary>
internal sealed class PngRowExpander
{
    private readonly PngHeader _header;
    private readonly byte[]? _palette;
    private readonly byte[]? _transparency;
    private readonly ushort[] _key;
    private readonly byte[] _unpacked;
    private readonly ushort[] _swapped;

    public PngRowExpander(PngHeader header, byte[]? palette, byte[]? transparency)
    {
        (_header, _palette, _transparency) = (header, palette, transparency);
        if (header.Color == PngColor.Palette && palette is null)
            throw PngFormat.Damaged("its palette is missing");
        var keyed = transparency is not null && header.Color is PngColor.Gray or PngColor.Rgb;
        _key = keyed ? new ushort[header.SamplesPerPixel] : [];
        for (var i = 0; i < _key.Length; i++)
            _key[i] = BinaryPrimitives.ReadUInt16BigEndian(transparency.AsSpan(2 * i));
        var hasAlpha = transparency is not null || header.Color is PngColor.GrayAlpha or PngColor.Rgba;
        var isGray = header.Color is PngColor.Gray or PngColor.GrayAlpha;
        Layout = (isGray, hasAlpha) switch
        {
            (true, true) => PixelLayout.GrayAlpha,
            (true, false) => PixelLayout.Gray,
            (false, true) => PixelLayout.Rgba,
            (false, false) => PixelLayout.Rgb,
        };
        var samples = checked(header.Width * header.SamplesPerPixel);
        _unpacked = new byte[header.BitDepth < 8 ? samples : 0];
        _swapped = new ushort[header.BitDepth == 16 ? samples : 0];
    }

    public PixelLayout Layout { get; }

    public int BitDepth => _header.BitDepth == 16 ? 16 : 8;

    /// <summary>Writes a row into row <paramref name="y"/> of a picture, which may be narrower than the PNG.</summary>
    public void Expand(ReadOnlySpan<byte> raw, Picture picture, int y)
    {
        var samples = picture.Width * _header.SamplesPerPixel;
        if (_header.BitDepth == 16)
        {
            BinaryPrimitives.ReverseEndianness(MemoryMarshal.Cast<byte, ushort>(raw)[..samples], _swapped);
            ReadOnlySpan<ushort> native = BitConverter.IsLittleEndian ? _swapped.AsSpan(0, samples) : MemoryMarshal.Cast<byte, ushort>(raw);
            Arrange(native, picture.Row16(y));
            return;
        }

        var bytes = _header.BitDepth == 8 ? raw[..samples] : Unpack(raw, samples);
        if (_header.Color == PngColor.Palette)
            LookUp(bytes, picture.Row8(y));
        else
            Arrange(bytes, picture.Row8(y));
    }

    private Span<byte> Unpack(ReadOnlySpan<byte> raw, int count)
    {
        var depth = _header.BitDepth;
        for (var i = 0; i < count; i++)
            _unpacked[i] = (byte)((raw[i * depth / 8] >> (8 - depth - i * depth % 8)) & ((1 << depth) - 1));
        return _unpacked.AsSpan(0, count);
    }

    private void LookUp(ReadOnlySpan<byte> indices, Span<byte> row)
    {
        var channels = (int)Layout;
        for (var x = 0; x < indices.Length; x++)
        {
            var index = indices[x];
            if (3 * index >= _palette!.Length)
                throw PngFormat.Damaged($"a pixel has colour {index} of a palette of {_palette.Length / 3}");
            _palette.AsSpan(3 * index, 3).CopyTo(row[(x * channels)..]);
            if (channels == 4)
                row[x * 4 + 3] = index < _transparency!.Length ? _transparency[index] : byte.MaxValue;
        }
    }

    private void Arrange<T>(ReadOnlySpan<T> samples, Span<T> row) where T : struct, IBinaryInteger<T>, IMinMaxValue<T>
    {
        if (samples.Length == row.Length)
        {
            samples.CopyTo(row);
            ScaleToByte(row);
            return;
        }

        // Without an alpha channel: one colour stands for transparent.
        var colors = _header.SamplesPerPixel;
        for (int x = 0, i = 0; i < samples.Length; x++, i += colors)
        {
            var pixel = row.Slice((colors + 1) * x, colors + 1);
            samples.Slice(i, colors).CopyTo(pixel);
            pixel[colors] = IsKey(samples.Slice(i, colors)) ? T.Zero : T.MaxValue;
            ScaleToByte(pixel[..colors]);
        }
    }

    private bool IsKey<T>(ReadOnlySpan<T> pixel) where T : struct, IBinaryInteger<T>
    {
        for (var i = 0; i < pixel.Length; i++)
        {
            if (pixel[i] != T.CreateTruncating(_key[i]))
                return false;
        }

        return true;
    }

    private void ScaleToByte<T>(Span<T> samples) where T : struct, IBinaryInteger<T>
    {
        if (_header.BitDepth >= 8)
            return;
        var factor = T.CreateTruncating(byte.MaxValue / ((1 << _header.BitDepth) - 1));
        foreach (ref var sample in samples)
            sample *= factor;
    }
}
