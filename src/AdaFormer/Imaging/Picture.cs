using System.Runtime.InteropServices;
using AdaFormer.Notebooks;

namespace AdaFormer.Imaging;

/// <summary>A picture in memory: rows from the top, interleaved channels, 8 or 16 bits per sample. .NET Interactive notebooks display it.</summary>
[TypeFormatterSource(typeof(PictureFormatterSource), PictureFormatterSource.MimeType)]
public sealed class Picture
{
    private readonly byte[] _bytes;

    /// <summary>Creates a black picture, transparent if it has alpha.</summary>
    /// <param name="width">Width in pixels, at least 1.</param>
    /// <param name="height">Height in pixels, at least 1.</param>
    /// <param name="layout">The channels.</param>
    /// <param name="bitDepth">Bits per sample: 8 or 16.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is below 1, the bit depth is not 8 or 16, or the picture needs more than 2 GB.</exception>
    public Picture(int width, int height, PixelLayout layout, int bitDepth = 8)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        if (!Enum.IsDefined(layout))
            throw new ArgumentOutOfRangeException(nameof(layout), layout, "Expected Gray, GrayAlpha, Rgb or Rgba.");
        if (bitDepth is not (8 or 16))
            throw new ArgumentOutOfRangeException(nameof(bitDepth), bitDepth, "Expected 8 or 16 bits per sample.");
        var length = (long)width * height * (int)layout * (bitDepth / 8);
        if (length > Array.MaxLength)
            throw new ArgumentOutOfRangeException(nameof(width), $"A picture of {width}×{height} pixels needs {length} bytes in memory; the maximum is {Array.MaxLength}.");
        Width = width;
        Height = height;
        Layout = layout;
        BitDepth = bitDepth;
        _bytes = new byte[length];
    }

    /// <summary>What got lost or was guessed when the picture was read. Default: nothing.</summary>
    public IReadOnlyList<PictureWarning> Warnings { get; set; } = [];

    /// <summary>Width in pixels.</summary>
    public int Width { get; }

    /// <summary>Height in pixels.</summary>
    public int Height { get; }

    /// <summary>The channels.</summary>
    public PixelLayout Layout { get; }

    /// <summary>Bits per sample: 8 or 16.</summary>
    public int BitDepth { get; }

    /// <summary>The file's metadata.</summary>
    public PictureMetadata Metadata { get; set; } = new();

    /// <summary>Samples per pixel: 1 to 4.</summary>
    public int Channels => (int)Layout;

    /// <summary>The sample value of full intensity: 255 or 65535.</summary>
    public int MaxValue => BitDepth == 8 ? byte.MaxValue : ushort.MaxValue;

    /// <summary>The samples of row <paramref name="y"/> of an 8-bit picture, Width × Channels of them.</summary>
    /// <exception cref="InvalidOperationException">The picture has 16 bits per sample.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such row.</exception>
    public Span<byte> Row8(int y) => BitDepth == 8 ? RowBytes(y) : throw new InvalidOperationException("The picture has 16 bits per sample; use Row16.");

    /// <summary>The samples of row <paramref name="y"/> of a 16-bit picture, Width × Channels of them, in the machine's byte order.</summary>
    /// <exception cref="InvalidOperationException">The picture has 8 bits per sample.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such row.</exception>
    public Span<ushort> Row16(int y) => BitDepth == 16
        ? MemoryMarshal.Cast<byte, ushort>(RowBytes(y))
        : throw new InvalidOperationException("The picture has 8 bits per sample; use Row8.");

    /// <summary>The sample of channel <paramref name="channel"/> at (x, y), for any bit depth. For loops use the rows.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The pixel lies outside the picture.</exception>
    public int this[int x, int y, int channel]
    {
        get => BitDepth == 8 ? RowBytes(y)[Index(x, channel)] : Row16(y)[Index(x, channel)];
        set
        {
            if (BitDepth == 8)
                RowBytes(y)[Index(x, channel)] = checked((byte)value);
            else
                Row16(y)[Index(x, channel)] = checked((ushort)value);
        }
    }

    private Span<byte> RowBytes(int y)
    {
        if ((uint)y >= (uint)Height)
            throw new ArgumentOutOfRangeException(nameof(y), y, $"The picture has {Height} rows.");
        var stride = Width * Channels * (BitDepth / 8);
        return _bytes.AsSpan(y * stride, stride);
    }

    private int Index(int x, int channel)
    {
        if ((uint)x >= (uint)Width || (uint)channel >= (uint)Channels)
            throw new ArgumentOutOfRangeException(nameof(x), $"Pixel {x}, channel {channel} is not in a row of {Width} pixels with {Channels} channels.");
        return x * Channels + channel;
    }
}
