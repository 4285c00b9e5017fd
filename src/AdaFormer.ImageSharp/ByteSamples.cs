using AdaFormer.Imaging;

namespace AdaFormer.ImageSharp;

/// <summary>Pictures as formats with 8 bits a sample can hold them. Metadata is left out.</summary>
internal static class ByteSamples
{
    private const int Step = ushort.MaxValue / byte.MaxValue;

    /// <summary>The picture with 8 bits, rounded; itself if it has 8.</summary>
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

    /// <summary>An 8-bit picture without grey layouts.</summary>
    public static Picture InColor(Picture picture)
    {
        if (!picture.Layout.IsGray())
            return picture;
        var color = new Picture(picture.Width, picture.Height, picture.Layout == PixelLayout.Gray ? PixelLayout.Rgb : PixelLayout.Rgba);
        for (var y = 0; y < picture.Height; y++)
        {
            var source = picture.Row8(y);
            var target = color.Row8(y);
            for (var x = 0; x < picture.Width; x++)
            {
                var pixel = target.Slice(x * color.Channels, color.Channels);
                pixel[..3].Fill(source[x * picture.Channels]);
                source.Slice((x * picture.Channels) + 1, picture.Channels - 1).CopyTo(pixel[3..]);
            }
        }

        return color;
    }

    /// <summary>An 8-bit picture laid on white where it has alpha.</summary>
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
