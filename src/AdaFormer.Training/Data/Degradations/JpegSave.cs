using System.Runtime.InteropServices;
using AdaFormer.Imaging;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.Formats.Jpeg;
using SixLabors.ImageSharp.PixelFormats;

namespace AdaFormer.Training.Data.Degradations;

/// <summary>Saving as JPEG and reading again, by a real encoder and decoder.</summary>
/// <param name="Quality">1 to 100, as libjpeg counts.</param>
/// <param name="FullChroma">Whether colours keep their resolution (4:4:4) or lose half of it in each direction (4:2:0).</param>
/// <param name="PhaseX">How many pixels right of a square's left column the grid begins, 0 to 15.</param>
/// <param name="PhaseY">The same from the top row.</param>
internal readonly record struct JpegSave(int Quality, bool FullChroma, int PhaseX, int PhaseY)
{
    /// <summary>Side of the largest unit that is coded on its own: 16 pixels with 4:2:0.</summary>
    public const int Grid = 16;

    private static readonly Configuration Configuration = new(new JpegConfigurationModule());

    /// <summary>Saves a square and gives back its interior, <see cref="Grid"/> pixels from each edge on: what whole units cover wherever the grid lies.</summary>
    /// <param name="planes">Red, green and blue in 0..1, (3, side, side); rounded to 8 bits.</param>
    /// <param name="side">Side in pixels, more than two units.</param>
    public float[] Interior(float[] planes, int side)
    {
        using var image = new Image<Rgb24>(Configuration, side - PhaseX, side - PhaseY);
        var (phaseX, phaseY) = (PhaseX, PhaseY);
        image.ProcessPixelRows(rows =>
        {
            for (var y = 0; y < rows.Height; y++)
            {
                var row = rows.GetRowSpan(y);
                var index = (y + phaseY) * side + phaseX;
                for (var x = 0; x < row.Length; x++, index++)
                    row[x] = new Rgb24(GreyLevel.Of(planes[index]), GreyLevel.Of(planes[index + side * side]), GreyLevel.Of(planes[index + 2 * side * side]));
            }
        });
        using var saved = Through(image);
        var inner = side - 2 * Grid;
        var result = new float[3 * inner * inner];
        saved.ProcessPixelRows(rows =>
        {
            for (var y = 0; y < inner; y++)
            {
                var row = rows.GetRowSpan(y + Grid - phaseY).Slice(Grid - phaseX, inner);
                for (var x = 0; x < inner; x++)
                {
                    var index = y * inner + x;
                    (result[index], result[index + inner * inner], result[index + 2 * inner * inner]) = (row[x].R / 255f, row[x].G / 255f, row[x].B / 255f);
                }
            }
        });
        return result;
    }

    /// <summary>Saves a whole 8-bit RGB picture, the grid at its top left.</summary>
    public Picture Whole(Picture picture)
    {
        using var image = new Image<Rgb24>(Configuration, picture.Width, picture.Height);
        image.ProcessPixelRows(rows =>
        {
            for (var y = 0; y < rows.Height; y++)
                picture.Row8(y).CopyTo(MemoryMarshal.AsBytes(rows.GetRowSpan(y)));
        });
        using var saved = Through(image);
        var result = new Picture(picture.Width, picture.Height, PixelLayout.Rgb);
        saved.ProcessPixelRows(rows =>
        {
            for (var y = 0; y < rows.Height; y++)
                MemoryMarshal.AsBytes(rows.GetRowSpan(y)).CopyTo(result.Row8(y));
        });
        return result;
    }

    private Image<Rgb24> Through(Image<Rgb24> image)
    {
        using var file = new MemoryStream();
        image.Save(file, new JpegEncoder { Quality = Quality, ColorType = FullChroma ? JpegColorType.YCbCrRatio444 : JpegColorType.YCbCrRatio420 });
        file.Position = 0;
        return Image.Load<Rgb24>(Configuration, file);
    }
}
