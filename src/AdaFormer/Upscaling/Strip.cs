using AdaFormer.Imaging;

namespace AdaFormer;

/// <summary>
/// A row of tiles: its cores' rows, from CoreTop, CoreHeight of them, are finished together; from Top, Height rows of the picture are
/// needed for them, by the tiles and by bicubic interpolation.
/// </summary>
internal sealed record Strip(int Top, int Height, int CoreTop, int CoreHeight, IReadOnlyList<Tile> Tiles)
{
    public static IReadOnlyList<Strip> Cut(PictureInfo picture, int tileSize, int overlap, int window) =>
        [.. Tile.Cut(picture.Width, picture.Height, tileSize, overlap, window).GroupBy(tile => tile.CoreY).Select(row => Of([.. row], picture.Height))];

    private static Strip Of(Tile[] tiles, int pictureHeight)
    {
        var (first, coreEnd) = (tiles[0], tiles[0].CoreY + tiles[0].CoreHeight);
        var top = Math.Min(first.Y, Math.Max(0, first.CoreY - BicubicUpscaling.Reach));
        var end = Math.Max(first.Y + first.Height, Math.Min(pictureHeight, coreEnd + BicubicUpscaling.Reach));
        return new Strip(top, end - top, first.CoreY, first.CoreHeight, tiles);
    }
}
