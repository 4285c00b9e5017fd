using AdaFormer.Imaging;

namespace AdaFormer;

/// <summary>Takes the alpha channel out of a picture, and puts one in.</summary>
internal static class AlphaChannel
{
    private const int Alpha = 3;

    public static Picture Of(Picture picture)
    {
        var alpha = new Picture(picture.Width, picture.Height, PixelLayout.Gray, picture.BitDepth);
        for (var y = 0; y < picture.Height; y++)
        {
            for (var x = 0; x < picture.Width; x++)
                alpha[x, y, 0] = picture[x, y, Alpha];
        }

        return alpha;
    }

    public static void Copy(Picture alpha, Picture picture)
    {
        for (var y = 0; y < picture.Height; y++)
        {
            for (var x = 0; x < picture.Width; x++)
                picture[x, y, Alpha] = alpha[x, y, 0];
        }
    }
}
