using System.Numerics;
using System.Runtime.InteropServices;
using AdaFormer.Imaging;

namespace AdaFormer;

/// <summary>Converts between interleaved samples and the network's planar red, green and blue in 0 to 1.</summary>
internal static class PixelTensor
{
    /// <summary>Gives any thread access to a tensor's values, wherever they are stored.</summary>
    public delegate ReadOnlySpan<float> Values();

    // BT.601 luma: converts the network's three channels to grey.
    private static readonly float[] Luma = [0.299f, 0.587f, 0.114f];

    /// <summary>Reads the pixels of a tile as (3, height, width); grey fills all three channels, alpha is omitted.</summary>
    public static float[] Read(PictureBand band, Tile tile)
    {
        var tensor = new float[3 * tile.Pixels];
        Read(band, tile, tensor);
        return tensor;
    }

    /// <summary>Reads the pixels of a tile into memory of that length.</summary>
    public static void Read(PictureBand band, Tile tile, Memory<float> tensor)
    {
        var picture = band.Picture;
        ForRows(tile.Height, tile.Pixels, y =>
        {
            for (var channel = 0; channel < 3; channel++)
            {
                var target = tensor.Span.Slice((channel * tile.Pixels) + (y * tile.Width), tile.Width);
                var first = (tile.X * picture.Channels) + (picture.Layout.IsGray() ? 0 : channel);
                if (picture.BitDepth == 8)
                    Spread<byte>(picture.Row8(tile.Y - band.Top + y)[first..], picture.Channels, target, 1f / byte.MaxValue);
                else
                    Spread<ushort>(picture.Row16(tile.Y - band.Top + y)[first..], picture.Channels, target, 1f / ushort.MaxValue);
            }
        });
    }

    /// <summary>Whether a tensor's red, green and blue are the same everywhere.</summary>
    public static bool IsNeutral(ReadOnlySpan<float> tensor)
    {
        var plane = tensor.Length / 3;
        return tensor[..plane].SequenceEqual(tensor.Slice(plane, plane)) && tensor[..plane].SequenceEqual(tensor[(2 * plane)..]);
    }

    /// <summary>
    /// Writes a tile's core from (3, scale·height, scale·width), rounded and clamped to the picture's bit depth. A tile without colour
    /// (<paramref name="neutral"/>) stays without.
    /// </summary>
    /// <exception cref="UpscalingException">A value is NaN or infinite.</exception>
    public static void Write(Values tensor, PictureBand band, Tile tile, int scale, bool neutral)
    {
        var picture = band.Picture;
        RequireFinite(tensor());
        var (width, plane) = (tile.Width * scale, tile.Width * scale * tile.Height * scale);
        var (left, top) = ((tile.CoreX - tile.X) * scale, (tile.CoreY - tile.Y) * scale);
        var (targetX, count) = (((tile.CoreX * scale) - band.Left) * picture.Channels, tile.CoreWidth * scale);
        ForRows(tile.CoreHeight * scale, plane, y =>
        {
            var first = ((top + y) * width) + left;
            var values = tensor();
            var red = values.Slice(first, count);
            var green = values.Slice(plane + first, count);
            var blue = values.Slice((2 * plane) + first, count);
            if (neutral)
                red = green = blue = Luminance(red, green, blue);
            var targetY = (tile.CoreY * scale) - band.Top + y;
            if (picture.BitDepth == 8 && !picture.Layout.IsGray())
                StoreBytes(red, green, blue, picture.Row8(targetY)[targetX..], (int)picture.Layout);
            else if (picture.BitDepth == 8)
                Store(red, green, blue, picture.Row8(targetY)[targetX..], picture.Layout, byte.MaxValue);
            else
                Store(red, green, blue, picture.Row16(targetY)[targetX..], picture.Layout, ushort.MaxValue);
        });
    }

    // A small tile is not worth waking threads for.
    private static void ForRows(int rows, int pixels, Action<int> row)
    {
        if (pixels >= 1 << 16)
        {
            Parallel.For(0, rows, row);
            return;
        }

        for (var y = 0; y < rows; y++)
            row(y);
    }

    private static void Spread<T>(ReadOnlySpan<T> samples, int step, Span<float> target, float scale)
        where T : INumber<T>
    {
        for (var x = 0; x < target.Length; x++)
            target[x] = float.CreateTruncating(samples[x * step]) * scale;
    }

    // The same as Store, for the usual pictures: most of the time that a picture takes outside the network is spent here.
    private static void StoreBytes(ReadOnlySpan<float> red, ReadOnlySpan<float> green, ReadOnlySpan<float> blue, Span<byte> target, int step)
    {
        Span<int> reds = stackalloc int[Vector<float>.Count];
        Span<int> greens = stackalloc int[Vector<float>.Count];
        Span<int> blues = stackalloc int[Vector<float>.Count];
        var x = 0;
        for (; x + Vector<float>.Count <= red.Length; x += Vector<float>.Count)
        {
            Levels(red[x..]).CopyTo(reds);
            Levels(green[x..]).CopyTo(greens);
            Levels(blue[x..]).CopyTo(blues);
            var pixels = target.Slice(x * step, Vector<float>.Count * step);
            for (int index = 0, position = 0; index < reds.Length && position + 2 < pixels.Length; index++, position += step)
            {
                pixels[position] = (byte)reds[index];
                pixels[position + 1] = (byte)greens[index];
                pixels[position + 2] = (byte)blues[index];
            }
        }

        Store(red[x..], green[x..], blue[x..], target[(x * step)..], (PixelLayout)step, byte.MaxValue);

        static Vector<int> Levels(ReadOnlySpan<float> values) => Vector.ConvertToInt32(
            (Vector.Min(Vector.Max(new Vector<float>(values), Vector<float>.Zero), Vector<float>.One) * byte.MaxValue) + new Vector<float>(0.5f));
    }

    private static void Store<T>(ReadOnlySpan<float> red, ReadOnlySpan<float> green, ReadOnlySpan<float> blue, Span<T> target, PixelLayout layout, float maximum)
        where T : INumber<T>
    {
        var step = (int)layout;
        for (var x = 0; x < red.Length; x++)
        {
            var pixel = target.Slice(x * step, step);
            pixel[0] = Round(red[x]);
            if (layout.IsGray())
                continue;
            pixel[1] = Round(green[x]);
            pixel[2] = Round(blue[x]);
        }

        T Round(float value) => T.CreateTruncating((Math.Clamp(value, 0, 1) * maximum) + 0.5f);
    }

    /// <summary>Converts the network's three channels to one.</summary>
    public static ReadOnlySpan<float> Luminance(ReadOnlySpan<float> red, ReadOnlySpan<float> green, ReadOnlySpan<float> blue)
    {
        var luminance = new float[red.Length];
        for (var x = 0; x < luminance.Length; x++)
            luminance[x] = (Luma[0] * red[x]) + (Luma[1] * green[x]) + (Luma[2] * blue[x]);
        return luminance;
    }

    /// <summary>Rejects values that cannot be a picture.</summary>
    /// <exception cref="UpscalingException">A value is NaN or infinite.</exception>
    public static void RequireFinite(ReadOnlySpan<float> values)
    {
        // Anything times zero is zero, except NaN and infinity.
        var vectors = MemoryMarshal.Cast<float, Vector<float>>(values);
        var sum = Vector<float>.Zero;
        foreach (var vector in vectors)
            sum += vector * Vector<float>.Zero;
        foreach (var value in values[(vectors.Length * Vector<float>.Count)..])
            sum += new Vector<float>(value) * Vector<float>.Zero;
        if (!Vector.EqualsAll(sum, Vector<float>.Zero))
            throw new UpscalingException("The model gave NaN or infinity. Its weights are damaged, or its training failed; use another model.");
    }
}
