using System.Numerics;
using AdaFormer.Imaging;

namespace AdaFormer.ImageSharp;

/// <summary>Removes alpha that carries no information, as in most files of formats that may have alpha.</summary>
internal static class OpaqueAlpha
{
    /// <summary>The picture without alpha if all of its pixels are opaque, otherwise unchanged.</summary>
    public static Picture Drop(Picture picture)
    {
        if (!picture.Layout.HasAlpha())
            return picture;
        var opaque = new Picture(picture.Width, picture.Height, picture.Layout.IsGray() ? PixelLayout.Gray : PixelLayout.Rgb, picture.BitDepth);
        for (var y = 0; y < picture.Height; y++)
        {
            var copied = picture.BitDepth == 8
                ? Copy(picture.Row8(y), opaque.Row8(y), opaque.Channels)
                : Copy(picture.Row16(y), opaque.Row16(y), opaque.Channels);
            if (!copied)
                return picture;
        }

        return opaque;
    }

    private static bool Copy<T>(ReadOnlySpan<T> row, Span<T> opaque, int colors) where T : struct, IBinaryInteger<T>, IMinMaxValue<T>
    {
        for (int i = 0, o = 0; i < row.Length; i += colors + 1, o += colors)
        {
            if (row[i + colors] != T.MaxValue)
                return false;
            row.Slice(i, colors).CopyTo(opaque[o..]);
        }

        return true;
    }
}
