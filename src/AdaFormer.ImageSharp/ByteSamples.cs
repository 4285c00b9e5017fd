using AdaFormer.Imaging;

namespace AdaFormer.ImageSharp;

/// <summary>Converts pictures for formats with 8 bits per sample. Metadata is omitted.</summary>
internal static class ByteSamples
{
    private const int Step = ushort.MaxValue / byte.MaxValue;

    /// <summary>The picture with 8 bits, rounded; the picture itself if it has 8.</summary>
    public static Picture Of(Picture picture)
    {
        if (picture.BitDepth == 8)
            return picture;
        var bytes = new Picture(picture.Width, picture.Height, picture.Layout);
        for (var y = 0; y < picture.Height; y++)
        {
            var source = picture.Row16(y);
            var target = bytes.Row8(y);
            for (var i = 0; i < target.Length; i++)
                target[i] = (byte)((source[i] + (Step / 2)) / Step);
        }

        return bytes;
    }

    /// <summary>The picture in red, green and blue.</summary>
    public static Picture InColor(Picture picture)
    {
        if (!picture.Layout.IsGray())
            return picture;
        var color = new Picture(picture.Width, picture.Height, picture.Layout == PixelLayout.Gray ? PixelLayout.Rgb : PixelLayout.Rgba, picture.BitDepth);
        for (var y = 0; y < picture.Height; y++)
        {
            if (picture.BitDepth == 8)
                InColor<byte>(picture.Row8(y), color.Row8(y), picture.Channels);
            else
                InColor<ushort>(picture.Row16(y), color.Row16(y), picture.Channels);
        }

        return color;
    }

    private static void InColor<T>(ReadOnlySpan<T> source, Span<T> target, int channels)
    {
        for (; source.Length > 0; source = source[channels..], target = target[(channels + 2)..])
        {
            target[..3].Fill(source[0]);
            source[1..channels].CopyTo(target[3..]);
        }
    }

    /// <summary>Composites an 8-bit picture on white if it has alpha.</summary>
    public static Picture OnWhite(Picture picture)
    {
        if (!picture.Layout.HasAlpha())
            return picture;
        var opaque = new Picture(picture.Width, picture.Height, picture.Layout.IsGray() ? PixelLayout.Gray : PixelLayout.Rgb);
        for (var y = 0; y < picture.Height; y++)
        {
            var source = picture.Row8(y);
            var target = opaque.Row8(y);
            for (var i = 0; i < target.Length; i++)
            {
                var pixel = source.Slice(i / opaque.Channels * picture.Channels, picture.Channels);
                var alpha = pixel[^1];
                var mixed = (pixel[i % opaque.Channels] * alpha) + (byte.MaxValue * (byte.MaxValue - alpha));
                target[i] = (byte)((mixed + (byte.MaxValue / 2)) / byte.MaxValue);
            }
        }

        return opaque;
    }
}
