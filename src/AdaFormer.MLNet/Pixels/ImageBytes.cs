using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using AdaFormer.Imaging;
using Microsoft.ML.Data;

namespace AdaFormer.MLNet.Pixels;

/// <summary>Converts between ML.NET's images, four bytes per pixel with premultiplied colours, and pictures with straight alpha.</summary>
internal static class ImageBytes
{
    private const int Alpha = 3;
    private static readonly ConditionalWeakTable<MLImage, NativeMemory> Memory = [];

    /// <summary>Reads an image as a picture, RGB if it is opaque.</summary>
    public static Picture Read(MLImage image)
    {
        var pixels = image.Pixels;
        var (red, blue) = Order(image.PixelFormat);
        var opaque = true;
        for (var index = Alpha; index < pixels.Length && opaque; index += 4)
            opaque = pixels[index] == byte.MaxValue;
        var picture = new Picture(image.Width, image.Height, opaque ? PixelLayout.Rgb : PixelLayout.Rgba);
        for (var y = 0; y < picture.Height; y++)
        {
            var source = pixels.Slice(y * picture.Width * 4, picture.Width * 4);
            var target = picture.Row8(y);
            for (; source.Length > 0; source = source[4..], target = target[picture.Channels..])
            {
                var alpha = source[Alpha];
                target[0] = Straight(source[red], alpha);
                target[1] = Straight(source[1], alpha);
                target[2] = Straight(source[blue], alpha);
                if (!opaque)
                    target[3] = alpha;
            }
        }

        return picture;
    }

    /// <summary>Writes a picture as an image of the given format.</summary>
    /// <param name="picture">The picture, with 8 bits per sample.</param>
    /// <param name="format">The order of the image's colours.</param>
    /// <param name="spareRow">Where to insert a row, see <see cref="SpareRow"/>; null: nowhere.</param>
    public static MLImage Write(Picture picture, MLPixelFormat format, int? spareRow = null)
    {
        var height = picture.Height + (spareRow is null ? 0 : 1);
        var length = checked(picture.Width * height * 4);
        var bytes = ArrayPool<byte>.Shared.Rent(length);
        var (red, blue) = Order(format);
        var step = picture.Channels;
        var (green, last) = step == 1 ? (0, 0) : (1, 2);
        for (var y = 0; y < picture.Height; y++)
        {
            var source = picture.Row8(y);
            var target = bytes.AsSpan((y + (y >= spareRow ? 1 : 0)) * picture.Width * 4, picture.Width * 4);
            if (step == 3)
            {
                WriteOpaque(source, target, red, blue);
                continue;
            }

            for (; source.Length > 0; source = source[step..], target = target[4..])
            {
                var alpha = step == 4 ? source[Alpha] : byte.MaxValue;
                target[red] = Premultiplied(source[0], alpha);
                target[1] = Premultiplied(source[green], alpha);
                target[blue] = Premultiplied(source[last], alpha);
                target[Alpha] = alpha;
            }
        }

        var image = Create(picture.Width, height, format, bytes.AsSpan(0, length));
        ArrayPool<byte>.Shared.Return(bytes);
        return image;
    }

    // Most images are opaque: pixel by pixel, this row would cost as much as a third of everything outside the network.
    private static void WriteOpaque(ReadOnlySpan<byte> source, Span<byte> target, int red, int blue)
    {
        var pixels = MemoryMarshal.Cast<byte, uint>(target);
        var (redShift, blueShift) = BitConverter.IsLittleEndian ? (8 * red, 8 * blue) : (24 - (8 * red), 24 - (8 * blue));
        var (greenShift, alpha) = BitConverter.IsLittleEndian ? (8, 0xff000000u) : (16, 0xffu);
        for (int x = 0, index = 0; x < pixels.Length && index + 2 < source.Length; x++, index += 3)
            pixels[x] = ((uint)source[index] << redShift) | ((uint)source[index + 1] << greenShift) | ((uint)source[index + 2] << blueShift) | alpha;
    }

    /// <summary>Writes the depths as the red samples of an image, by which stock transforms carry them to a vector of known size.</summary>
    /// <param name="map">The depths; for another size, the nearest ones are used.</param>
    /// <param name="width">The image's width.</param>
    /// <param name="height">The image's height without the spare row.</param>
    /// <param name="spareRow">Where to insert a row, see <see cref="SpareRow"/>.</param>
    public static MLImage Write(HaltingMap map, int width, int height, int spareRow)
    {
        var bytes = new byte[checked(width * (height + 1) * 4)];
        for (var y = 0; y < height; y++)
        {
            var row = map.Row((int)((long)y * map.Height / height));
            var start = (y + (y >= spareRow ? 1 : 0)) * width;
            for (var x = 0; x < width; x++)
                bytes[(start + x) * 4] = row[(int)((long)x * map.Width / width)];
        }

        return Create(width, height + 1, MLPixelFormat.Rgba32, bytes);
    }

    /// <summary>An image whose bytes are all zero.</summary>
    public static MLImage Blank(int width, int height) => Create(width, height, MLPixelFormat.Rgba32, new byte[checked(width * height * 4)]);

    public static byte Straight(byte color, byte alpha) => alpha switch
    {
        0 => 0,
        byte.MaxValue => color,
        _ => (byte)Math.Min(byte.MaxValue, ((color * byte.MaxValue) + (alpha / 2)) / alpha),
    };

    private static byte Premultiplied(byte color, byte alpha) => (byte)(((color * alpha) + (byte.MaxValue / 2)) / byte.MaxValue);

    private static (int Red, int Blue) Order(MLPixelFormat format) => format switch
    {
        MLPixelFormat.Rgba32 => (0, 2),
        MLPixelFormat.Bgra32 => (2, 0),
        _ => throw new InvalidOperationException($"The image has the pixel format {format}; expected Bgra32 or Rgba32."),
    };

    private static MLImage Create(int width, int height, MLPixelFormat format, ReadOnlySpan<byte> bytes)
    {
        var image = MLImage.CreateFromPixels(width, height, format, bytes);

        // A custom mapping has no hook to dispose images: if no later transform does, the garbage collector must know an image's size.
        Memory.Add(image, new NativeMemory(bytes.Length));
        return image;
    }

    private sealed class NativeMemory
    {
        private readonly int _bytes;

        public NativeMemory(int bytes)
        {
            _bytes = bytes;
            GC.AddMemoryPressure(bytes);
        }

        ~NativeMemory() => GC.RemoveMemoryPressure(_bytes);
    }
}
