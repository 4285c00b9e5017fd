using System.Runtime.InteropServices;
using AdaFormer.Imaging;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.PixelFormats;

namespace AdaFormer.ImageSharp;

/// <summary>Pixels between ImageSharp's images and pictures.</summary>
internal static class PictureCopy
{
    /// <summary>Copies an image whose pixels lie in memory just as the layout and bit depth have them.</summary>
    public static Picture From<TPixel>(Image<TPixel> image, PixelLayout layout, int bitDepth) where TPixel : unmanaged, IPixel<TPixel>
    {
        var picture = new Picture(image.Width, image.Height, layout, bitDepth);
        image.ProcessPixelRows(rows =>
        {
            for (var y = 0; y < rows.Height; y++)
            {
                if (bitDepth == 8)
                    MemoryMarshal.Cast<TPixel, byte>(rows.GetRowSpan(y)).CopyTo(picture.Row8(y));
                else
                    MemoryMarshal.Cast<TPixel, ushort>(rows.GetRowSpan(y)).CopyTo(picture.Row16(y));
            }
        });
        return picture;
    }
}
