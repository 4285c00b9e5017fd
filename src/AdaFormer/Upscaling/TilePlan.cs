using AdaFormer.Imaging;

namespace AdaFormer;

/// <summary>Plans tiles: as large as is useful, and as the memory budget allows.</summary>
internal static class TilePlan
{
    /// <summary>Larger tiles are no faster.</summary>
    public const int LargestTile = 512;

    /// <summary>The strips of a picture that is upscaled whole, so that the result and the halting map are held.</summary>
    /// <exception cref="UpscalingException">The memory budget is too small.</exception>
    public static IReadOnlyList<Strip> OfWhole(ModelDescription model, UpscaleOptions options, PictureInfo picture)
    {
        var stage = new Stage(model, picture, OverlapOf(options, model));
        return Cut(options, [stage], stage.MadeBytes)[0];
    }

    /// <summary>The strips of a picture that goes through models row by row, for each model in turn.</summary>
    /// <param name="models">The models, each with its input picture.</param>
    /// <param name="options">The options.</param>
    /// <param name="mapRowBytes">Bytes of the halting map that is drawn per row of the picture; 0 without a map.</param>
    /// <param name="held">Bytes that are held in addition to the strips.</param>
    /// <exception cref="UpscalingException">The memory budget is too small.</exception>
    public static IReadOnlyList<IReadOnlyList<Strip>> OfRows(
        IEnumerable<(ModelDescription Model, PictureInfo Picture)> models, UpscaleOptions options, long mapRowBytes, long held) =>
        Cut(options, [.. models.Select((step, index) => Stage.OfRows(step.Model, step.Picture, OverlapOf(options, step.Model), index == 0 ? mapRowBytes : 0))], held);

    /// <summary>The side of the tiles that <see cref="OfRows"/> chooses for a picture that goes through one model.</summary>
    /// <inheritdoc cref="OfRows"/>
    public static int SizeOfRows(ModelDescription model, PictureInfo picture, UpscaleOptions options, long held) =>
        Sizes(options, [Stage.OfRows(model, picture, OverlapOf(options, model), 0)], held)[0];

    /// <inheritdoc cref="UpscaleOptions.Check"/>
    public static void Check(UpscaleOptions options, ModelDescription model)
    {
        if (options.TileOverlap is < 0)
            throw new ArgumentOutOfRangeException(nameof(options), options.TileOverlap, "TileOverlap: expected 0 or more.");
        var overlap = OverlapOf(options, model);
        if (model.Pixels.IsFixed)
            CheckFixed(options, model.Pixels, overlap);
        var smallest = (2L * overlap) + model.SizeMultiple;
        if (options.TileSize < smallest)
            throw new ArgumentException($"A tile size of {options.TileSize} leaves no pixels besides an overlap of {overlap}; expected at least {smallest}.", nameof(options));
        var needed = model.BytesPerPixel * Stage.Only(model.Pixels.FixedWidth, SmallestTile(model, overlap)) * Stage.Only(model.Pixels.FixedHeight, SmallestTile(model, overlap));
        if (options.TileSize is null && options.MemoryBudget < needed)
            throw new ArgumentException($"A memory budget of {Megabytes(options.MemoryBudget.Value)} is too small for tiles with an overlap of {overlap}; expected at least {Megabytes(needed)}, or less overlap.", nameof(options));
    }

    private static void CheckFixed(UpscaleOptions options, PixelInterface pixels, int overlap)
    {
        if (options.TileSize is not null)
            throw new ArgumentException($"The model takes {pixels.Sizes}; leave the tile size out.", nameof(options));
        var side = Math.Min(Stage.Only(pixels.FixedWidth, int.MaxValue), Stage.Only(pixels.FixedHeight, int.MaxValue));
        if (side <= 2L * overlap)
            throw new ArgumentException($"An overlap of {overlap} leaves no pixels of the model's tiles, {side} on a side; expected at most {(side - 1) / 2}.", nameof(options));
    }

    /// <summary>The requested or advised overlap, rounded to a multiple of the window.</summary>
    public static int OverlapOf(UpscaleOptions options, ModelDescription model) =>
        ((options.TileOverlap ?? model.TileOverlap) + model.SizeMultiple - 1) / model.SizeMultiple * model.SizeMultiple;

    private static IReadOnlyList<Strip>[] Cut(UpscaleOptions options, Stage[] stages, long held) =>
        [.. stages.Zip(Sizes(options, stages, held), (stage, size) => Strip.Cut(stage.Picture, stage.Model.Pixels, size, stage.Overlap, stage.Model.SizeMultiple))];

    private static int[] Sizes(UpscaleOptions options, Stage[] stages, long held)
    {
        var budget = options.MemoryBudget ?? GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 2;
        var limit = options.TileSize ?? LargestTile;
        while (options.TileSize is null && Need() > budget && stages.Any(stage => stage.CanShrink && Size(stage) > SmallestTile(stage.Model, stage.Overlap)))
            limit -= stages.Min(stage => stage.Model.SizeMultiple);
        if (options.MemoryBudget is not null && Need() > budget)
        {
            throw new UpscalingException(options.TileSize is { } size
                ? $"With tiles of {size} pixels this picture needs {Megabytes(Need())}, more than the memory budget of {Megabytes(budget)}. Set a smaller tile size, or none to choose it automatically."
                : $"This picture needs {Megabytes(Need())} even with the smallest tiles, {stages.Max(Size)} pixels, more than the memory budget of {Megabytes(budget)}. Raise the budget, or write a PNG, which is written in strips.");
        }

        return [.. stages.Select(Size)];

        int Size(Stage stage) => !stage.CanShrink ? Math.Max(stage.Model.Pixels.FixedWidth, stage.Model.Pixels.FixedHeight) : options.TileSize ?? Math.Max((int)SmallestTile(stage.Model, stage.Overlap), limit / stage.Model.SizeMultiple * stage.Model.SizeMultiple);

        // The models' strips are held at the same time, their tiles' tensors are not.
        long Need() => stages.Aggregate(held + stages.Max(stage => stage.TensorBytes(Size(stage))), (sum, stage) => Math.Min(Unbounded, sum + stage.StripBytes(Size(stage))));
    }

    private const long Unbounded = 1L << 60;

    // Smaller ones would compute more than four pixels for each that they contribute.
    private static long SmallestTile(ModelDescription model, int overlap) => Math.Max(model.SizeMultiple, 4L * overlap);

    private static string Megabytes(long bytes) => $"{Math.Ceiling(bytes / 1e6)} MB";

    /// <summary>The memory that a model needs for a picture, by tile size.</summary>
    private sealed record Stage(ModelDescription Model, PictureInfo Picture, int Overlap, long RowBytes = 0, long MadeRowBytes = 0)
    {
        public static Stage OfRows(ModelDescription model, PictureInfo picture, int overlap, long mapRowBytes)
        {
            var stage = new Stage(model, picture, overlap);
            return stage with { RowBytes = (long)picture.Width * picture.BytesPerPixel, MadeRowBytes = (stage.MadeBytes / picture.Height) + mapRowBytes };
        }

        /// <summary>Memory of the result and the halting depths.</summary>
        public long MadeBytes => (Picture.Bytes * Model.Scale * Model.Scale) + ((long)Picture.Width * Picture.Height);

        /// <summary>Whether tiles can be smaller.</summary>
        public bool CanShrink => Model.Pixels is not { FixedWidth: > 0, FixedHeight: > 0 };

        /// <summary>A side of a tile: the model's only one, if it has one.</summary>
        public static long Only(int only, long side) => only > 0 ? only : side;

        public long TensorBytes(int size) =>
            Model.BytesPerPixel * Only(Model.Pixels.FixedWidth, Math.Min(size, Picture.Width)) * Only(Model.Pixels.FixedHeight, Math.Min(size, Picture.Height));

        public long StripBytes(int size)
        {
            size = (int)Only(Model.Pixels.FixedHeight, size);
            var core = size < Picture.Height ? size - (2 * Overlap) : Picture.Height;
            return MadeRowBytes * core > Array.MaxLength
                ? Unbounded // no strip can be that large
                : (RowBytes * Math.Min(size, Picture.Height)) + (MadeRowBytes * core);
        }
    }
}

/// <summary>
/// A part of a picture: the network sees Width × Height pixels at (X, Y), of which those from (CoreX, CoreY), CoreWidth × CoreHeight of
/// them, go into the result. All in input pixels, the core in the picture's coordinates.
/// </summary>
internal readonly record struct Tile(int X, int Y, int Width, int Height, int CoreX, int CoreY, int CoreWidth, int CoreHeight)
{
    /// <summary>Cuts a picture into tiles whose cores cover it once. Tiles begin at multiples of the window, so windows stay where they are.</summary>
    public static IReadOnlyList<Tile> Cut(int width, int height, int size, int overlap, int window) => Cut(width, height, PixelInterface.Own, size, overlap, window);

    /// <summary>Cuts a picture into tiles, of the model's only size where it has one and the picture is that large.</summary>
    public static IReadOnlyList<Tile> Cut(int width, int height, PixelInterface pixels, int size, int overlap, int window)
    {
        var columns = pixels.FixedWidth > 0 ? CutEqually(width, pixels.FixedWidth, overlap) : Cut(width, size, overlap, window);
        var rows = pixels.FixedHeight > 0 ? CutEqually(height, pixels.FixedHeight, overlap) : Cut(height, size, overlap, window);
        return [.. from row in rows from column in columns
            select new Tile(column.Start, row.Start, column.Length, row.Length, column.Core, row.Core, column.CoreLength, row.CoreLength)];
    }

    /// <summary>Number of pixels that the network sees.</summary>
    public int Pixels => Width * Height;

    /// <summary>Splits the tile into two parts of the same overlap and about half the size; a tile whose core is a single window is returned as is.</summary>
    public IReadOnlyList<Tile> Halves(int overlap, int window)
    {
        overlap = RoundUp(overlap, window);
        if (CoreWidth >= CoreHeight && CoreWidth > window)
        {
            var left = RoundUp(CoreWidth / 2, window);
            var (end, middle) = (X + Width, CoreX + left);
            var start = Math.Max(X, middle - overlap);
            return
            [
                this with { Width = Math.Min(end, middle + overlap) - X, CoreWidth = left },
                this with { X = start, Width = end - start, CoreX = middle, CoreWidth = CoreWidth - left },
            ];
        }

        if (CoreHeight > window)
            return [.. Transposed.Halves(overlap, window).Select(half => half.Transposed)];
        return [this];
    }

    private Tile Transposed => new(Y, X, Height, Width, CoreY, CoreX, CoreHeight, CoreWidth);

    private static int RoundUp(int value, int window) => (value + window - 1) / window * window;

    private static List<(int Start, int Length, int Core, int CoreLength)> Cut(int length, int size, int overlap, int window)
    {
        if (length <= size)
            return [(0, length, 0, length)];
        overlap = RoundUp(overlap, window);
        var step = (size - (2 * overlap)) / window * window;
        var parts = new List<(int, int, int, int)>();
        for (var core = 0; core < length; core += step)
        {
            var start = Math.Max(0, core - overlap);
            var end = Math.Min(length, core + step + overlap);
            parts.Add((start, end - start, core, Math.Min(step, length - core)));
        }

        return parts;
    }

    // The last parts move back into the picture, so that all are equally long: real pixels are better than padding.
    private static List<(int Start, int Length, int Core, int CoreLength)> CutEqually(int length, int size, int overlap)
    {
        if (length <= size)
            return [(0, length, 0, length)];
        var parts = new List<(int, int, int, int)>();
        for (var core = 0; core < length;)
        {
            var start = Math.Clamp(core - overlap, 0, length - size);
            var end = start + size == length ? length : start + size - overlap;
            parts.Add((start, size, core, end - core));
            core = end;
        }

        return parts;
    }
}

/// <summary>
/// A row of tiles: the rows of its cores, CoreHeight rows from CoreTop, are finished together; the tiles and bicubic interpolation need
/// Height rows of the picture from Top.
/// </summary>
internal sealed record Strip(int Top, int Height, int CoreTop, int CoreHeight, IReadOnlyList<Tile> Tiles)
{
    public static IReadOnlyList<Strip> Cut(PictureInfo picture, int tileSize, int overlap, int window) => Cut(picture, PixelInterface.Own, tileSize, overlap, window);

    public static IReadOnlyList<Strip> Cut(PictureInfo picture, PixelInterface pixels, int tileSize, int overlap, int window) =>
        [.. Tile.Cut(picture.Width, picture.Height, pixels, tileSize, overlap, window).GroupBy(tile => tile.CoreY).Select(row => Of([.. row], picture.Height))];

    private static Strip Of(Tile[] tiles, int pictureHeight)
    {
        var (first, coreEnd) = (tiles[0], tiles[0].CoreY + tiles[0].CoreHeight);
        var top = Math.Min(first.Y, Math.Max(0, first.CoreY - BicubicUpscaling.Reach));
        var end = Math.Max(first.Y + first.Height, Math.Min(pictureHeight, coreEnd + BicubicUpscaling.Reach));
        return new Strip(top, end - top, first.CoreY, first.CoreHeight, tiles);
    }
}
