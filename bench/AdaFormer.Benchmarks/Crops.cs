using AdaFormer.Imaging.Png;
using AdaFormer.Imaging;

namespace AdaFormer.Benchmarks;

/// <summary>A flat, a mixed and a busy picture: squares of the pictures of a folder, by how much neighbouring pixels differ.</summary>
internal static class Crops
{
    private static readonly (string Name, double Rank)[] Wanted = [("flat", 0.05), ("mixed", 0.5), ("busy", 0.95)];

    public static IReadOnlyList<(string Name, Picture Picture)> Of(string? folder, int side)
    {
        if (folder is null)
            return [("flat", Flat(side)), ("mixed", TestCard.Draw(side, side)), ("busy", TestCard.Draw(side, side, everywhere: true))];
        var reader = new PictureReader([new PngDecoder()]);
        var squares = new List<Picture>();
        foreach (var picture in reader.List(folder).Select(reader.Read))
        {
            for (var y = 0; y + side <= picture.Height; y += side)
            {
                for (var x = 0; x + side <= picture.Width; x += side)
                    squares.Add(Square(picture, x, y, side));
            }
        }

        if (squares.Count == 0)
            throw new ArgumentException($"'{folder}' has no PNG of {side}×{side} pixels or more.");
        var ranked = squares.OrderBy(Activity).ToArray();
        return [.. Wanted.Select(wanted => (wanted.Name, ranked[(int)(wanted.Rank * (ranked.Length - 1))]))];
    }

    private static Picture Square(Picture source, int x, int y, int side)
    {
        var square = new Picture(side, side, source.Layout);
        for (var row = 0; row < side; row++)
            source.Row8(y + row).Slice(x * source.Channels, side * source.Channels).CopyTo(square.Row8(row));
        return square;
    }

    private static Picture Flat(int side)
    {
        var picture = new Picture(side, side, PixelLayout.Rgb);
        for (var y = 0; y < side; y++)
            picture.Row8(y).Fill((byte)(60 + (100 * y / side)));
        return picture;
    }

    private static long Activity(Picture picture)
    {
        var sum = 0L;
        for (var y = 0; y < picture.Height; y++)
        {
            var row = picture.Row8(y);
            for (var index = 3; index < row.Length; index++)
                sum += Math.Abs(row[index] - row[index - 3]);
        }

        return sum;
    }
}
