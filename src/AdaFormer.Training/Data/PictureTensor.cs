using AdaFormer.Imaging;
using static TorchSharp.torch;

namespace AdaFormer.Training.Data;

/// <summary>Converts 8-bit RGB pictures to tensors and back.</summary>
internal static class PictureTensor
{
    /// <returns>(1, 3, H, W) in 0..1.</returns>
    public static Tensor From(Picture picture)
    {
        var (width, height) = (picture.Width, picture.Height);
        var values = new float[3 * width * height];
        for (var y = 0; y < height; y++)
        {
            var row = picture.Row8(y);
            for (var i = 0; i < row.Length; i++)
                values[(i % 3 * height + y) * width + i / 3] = row[i] / 255f;
        }

        return tensor(values, 1, 3, height, width);
    }

    /// <param name="image">(1, 3, H, W) around 0..1; rounded and clamped to 8 bits.</param>
    public static Picture ToPicture(Tensor image)
    {
        var (height, width) = ((int)image.shape[2], (int)image.shape[3]);
        using var contiguous = image.cpu().contiguous();
        var values = contiguous.data<float>().ToArray();
        var picture = new Picture(width, height, PixelLayout.Rgb);
        for (var y = 0; y < height; y++)
        {
            var row = picture.Row8(y);
            for (var i = 0; i < row.Length; i++)
                row[i] = (byte)Math.Clamp(MathF.Round(values[(i % 3 * height + y) * width + i / 3] * 255), 0, 255);
        }

        return picture;
    }
}
