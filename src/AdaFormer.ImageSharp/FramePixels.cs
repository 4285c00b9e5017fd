using AdaFormer.Imaging;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.Advanced;
using SixLabors.ImageSharp.PixelFormats;

namespace AdaFormer.ImageSharp;

/// <summary>Converts frames of any pixel type to pictures and back: 16 bits if 8 would lose information, alpha only if not opaque everywhere.</summary>
internal static class FramePixels
{
    /// <summary>Reads a part of a frame as a picture.</summary>
    public static Picture Read<TPixel>(Configuration configuration, ImageFrame<TPixel> frame, Rectangle part) where TPixel : unmanaged, IPixel<TPixel>
    {
        var bitDepth = IsDeep<TPixel>() ? 16 : 8;
        var picture = new Picture(part.Width, part.Height, PixelLayout.Rgba, bitDepth);
        for (var y = 0; y < part.Height; y++)
        {
            var row = frame.DangerousGetPixelRowMemory(part.Y + y).Span.Slice(part.X, part.Width);
            if (bitDepth == 8)
                PixelOperations<TPixel>.Instance.ToRgba32(configuration, row, PictureCopy.Row<Rgba32>(picture, y));
            else
                PixelOperations<TPixel>.Instance.ToRgba64(configuration, row, PictureCopy.Row<Rgba64>(picture, y));
        }

        return OpaqueAlpha.Drop(picture);
    }

    /// <summary>Fills a frame of the picture's size.</summary>
    public static void Write<TPixel>(Configuration configuration, Picture picture, ImageFrame<TPixel> frame) where TPixel : unmanaged, IPixel<TPixel>
    {
        for (var y = 0; y < picture.Height; y++)
        {
            var row = frame.DangerousGetPixelRowMemory(y).Span;
            switch (picture.Layout, picture.BitDepth)
            {
                case (PixelLayout.Rgb, 8):
                    PixelOperations<TPixel>.Instance.FromRgb24(configuration, PictureCopy.Row<Rgb24>(picture, y), row);
                    break;
                case (PixelLayout.Rgb, _):
                    PixelOperations<TPixel>.Instance.FromRgb48(configuration, PictureCopy.Row<Rgb48>(picture, y), row);
                    break;
                case (_, 8):
                    PixelOperations<TPixel>.Instance.FromRgba32(configuration, PictureCopy.Row<Rgba32>(picture, y), row);
                    break;
                default:
                    PixelOperations<TPixel>.Instance.FromRgba64(configuration, PictureCopy.Row<Rgba64>(picture, y), row);
                    break;
            }
        }
    }

    // Whether a value that bytes cannot hold is preserved by the pixel type.
    private static bool IsDeep<TPixel>() where TPixel : unmanaged, IPixel<TPixel>
    {
        const ushort fine = 0x8001;
        const int step = ushort.MaxValue / byte.MaxValue;
        TPixel pixel = default;
        pixel.FromRgba64(new Rgba64(fine, fine, fine, ushort.MaxValue));
        Span<Rgba64> back = [default];
        PixelOperations<TPixel>.Instance.ToRgba64(Configuration.Default, [pixel], back);
        return back[0].R % step != 0;
    }
}
