using System.Runtime.InteropServices;
using AdaFormer.Imaging;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.PixelFormats;

namespace AdaFormer.ImageSharp;

/// <summary>Copies pixels between ImageSharp's images and pictures.</summary>
internal static class PictureCopy
{
    /// <summary>Copies an image whose memory layout matches the pixel layout and bit depth.</summary>
    public static Picture From<TPixel>(Image<TPixel> image, PixelLayout layout, int bitDepth) where TPixel : unmanaged, IPixel<TPixel>
    {
        var picture = new Picture(image.Width, image.Height, layout, bitDepth);
        image.ProcessPixelRows(rows =>
        {
            for (var y = 0; y < rows.Height; y++)
                rows.GetRowSpan(y).CopyTo(Row<TPixel>(picture, y));
        });
        return picture;
    }

    /// <summary>Copies a picture to an image whose memory layout matches the picture's.</summary>
    public static Image<TPixel> To<TPixel>(Picture picture) where TPixel : unmanaged, IPixel<TPixel>
    {
        var image = new Image<TPixel>(picture.Width, picture.Height);
        image.ProcessPixelRows(rows =>
        {
            for (var y = 0; y < rows.Height; y++)
                Row<TPixel>(picture, y).CopyTo(rows.GetRowSpan(y));
        });
        return image;
    }

    /// <summary>Row <paramref name="y"/> of a picture as pixels with the same memory layout.</summary>
    public static Span<TPixel> Row<TPixel>(Picture picture, int y) where TPixel : unmanaged, IPixel<TPixel> =>
        picture.BitDepth == 8 ? MemoryMarshal.Cast<byte, TPixel>(picture.Row8(y)) : MemoryMarshal.Cast<ushort, TPixel>(picture.Row16(y));
}
