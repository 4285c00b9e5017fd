using AdaFormer.Imaging;

namespace AdaFormer;

/// <summary>Between interleaved samples and the network's planar red, green and blue in 0 to 1.</summary>
internal static class PixelTensor
{
    // BT.601 luma: what grey becomes of the three channels that the network gives.
    private static readonly float[] Luma = [0.299f, 0.587f, 0.114f];

    /// <summary>The pixels of a tile as (3, height, width); grey fills all three channels, alpha is left out.</summary>
    public static float[] Read(Picture picture, Tile tile)
    {
        var plane = tile.Width * tile.Height;
        var tensor = new float[3 * plane];
        var scale = 1f / picture.MaxValue;
        Parallel.For(0, tile.Height, y =>
        {
            var row = picture.BitDepth == 16 ? picture.Row16(tile.Y + y) : [];
            var bytes = picture.BitDepth == 8 ? picture.Row8(tile.Y + y) : [];
            for (var channel = 0; channel < 3; channel++)
            {
                var target = tensor.AsSpan((channel * plane) + (y * tile.Width), tile.Width);
                var source = (tile.X * picture.Channels) + (picture.Layout == PixelLayout.Gray ? 0 : channel);
                for (var x = 0; x < target.Length; x++, source += picture.Channels)
                    target[x] = (picture.BitDepth == 8 ? bytes[source] : row[source]) * scale;
            }
        });
        return tensor;
    }

    /// <summary>Writes a tile's core from (3, scale·height, scale·width), rounded and clamped to the picture's bit depth.</summary>
    /// <exception cref="UpscalingException">A value is NaN or infinite.</exception>
    public static void Write(float[] tensor, Picture picture, Tile tile, int scale)
    {
        var (width, plane) = (tile.Width * scale, tile.Width * scale * tile.Height * scale);
        var (left, top) = ((tile.CoreX - tile.X) * scale, (tile.CoreY - tile.Y) * scale);
        var finite = true;
        Parallel.For(0, tile.CoreHeight * scale, y =>
        {
            var first = ((top + y) * width) + left;
            var (targetY, targetX) = ((tile.CoreY * scale) + y, tile.CoreX * scale);
            for (var x = 0; x < tile.CoreWidth * scale; x++)
            {
                var (red, green, blue) = (tensor[first + x], tensor[plane + first + x], tensor[(2 * plane) + first + x]);
                if (!float.IsFinite(red + green + blue))
                    finite = false;
                else if (picture.Layout == PixelLayout.Gray)
                    Store(picture, targetY, targetX + x, (Luma[0] * red) + (Luma[1] * green) + (Luma[2] * blue));
                else
                    Store(picture, targetY, (targetX + x) * picture.Channels, red, green, blue);
            }
        });
        if (!finite)
            throw new UpscalingException("The model gave NaN or infinity. Its weights are damaged, or its training had failed; use another model.");
    }

    private static void Store(Picture picture, int y, int index, params ReadOnlySpan<float> values)
    {
        if (picture.BitDepth == 8)
        {
            var row = picture.Row8(y);
            foreach (var value in values)
                row[index++] = (byte)((Math.Clamp(value, 0, 1) * byte.MaxValue) + 0.5f);
        }
        else
        {
            var row = picture.Row16(y);
            foreach (var value in values)
                row[index++] = (ushort)((Math.Clamp(value, 0, 1) * ushort.MaxValue) + 0.5f);
        }
    }
}
