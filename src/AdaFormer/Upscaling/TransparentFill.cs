using AdaFormer.Imaging;

namespace AdaFormer;

/// <summary>
/// Gives transparent pixels the colours of their visible neighbours, near ones first, so that colours hidden under alpha 0 do not tint
/// visible ones once pixels are mixed. Push-pull over an image pyramid: averages weighted with alpha go up, and where nothing is visible
/// they come down again, interpolated (Gortler et al., "The Lumigraph", 1996, section 3.4).
/// </summary>
internal static class TransparentFill
{
    private const int Planes = 3, TileSize = 512, TileOverlap = 32;

    /// <summary>Fills planar colours (3, height, width) where alpha (height, width) is 0; others stay unchanged, and all do if nothing is visible.</summary>
    public static void Fill(Memory<float> colors, ReadOnlyMemory<float> alpha, int width, int height, RentedMemory memory)
    {
        if (!alpha.Span.Contains(0) || !alpha.Span.ContainsAnyExcept(0))
            return;
        var pyramid = Push(new Level(width, height, colors, alpha), memory);
        for (var fine = pyramid.Count - 2; fine >= 0; fine--)
            pyramid[fine].PullFrom(pyramid[fine + 1]);
    }

    private static List<Level> Push(Level level, RentedMemory memory)
    {
        var pyramid = new List<Level> { level };
        while (level.Width > 1 || level.Height > 1)
            pyramid.Add(level = level.Half(memory));
        return pyramid;
    }

    /// <summary>Fills a picture row by row, tile by tile.</summary>
    public sealed class Stage : RowStage
    {
        private readonly IReadOnlyList<Strip> _strips;
        private readonly HeatMapRows? _map;
        private readonly Action<Picture, int> _next;

        /// <param name="picture">The input picture.</param>
        /// <param name="map">Draws a heat map without any work; <see langword="null"/>: none.</param>
        /// <param name="next">Receives a row of the result.</param>
        public Stage(PictureInfo picture, HeatMapRows? map, Action<Picture, int> next)
            : this(picture, Strip.Cut(picture, TileSize, TileOverlap, window: 1), map, next)
        {
        }

        private Stage(PictureInfo picture, IReadOnlyList<Strip> strips, HeatMapRows? map, Action<Picture, int> next)
            : base(picture, [.. strips.Select(strip => (strip.Top, strip.Top + strip.Height))]) => (_strips, _map, _next) = (strips, map, next);

        protected override void Work(int window, PictureBand rows)
        {
            var strip = _strips[window];
            var core = new PictureBand(PictureCrop.Part(rows.Picture, 0, strip.CoreTop - rows.Top, rows.Picture.Width, strip.CoreHeight), strip.CoreTop);
            if (rows.Picture.Layout.HasAlpha())
                FillTiles(strip, rows, core);
            for (var y = 0; y < strip.CoreHeight; y++)
                _next(core.Picture, y);
            _map?.Draw(new HaltingMap(rows.Picture.Width, strip.CoreHeight, blocks: 1), strip.CoreTop, rows);
        }

        private static void FillTiles(Strip strip, PictureBand rows, PictureBand filled)
        {
            foreach (var tile in strip.Tiles)
            {
                using var memory = new RentedMemory();
                var colors = memory.Rent<float>(Planes * tile.Pixels);
                PixelTensor.Read(rows, tile, colors);
                Fill(colors, new AlphaTile(rows, tile, memory).Plane, tile.Width, tile.Height, memory);
                PixelTensor.Write(() => colors.Span, filled, tile, scale: 1, neutral: false);
            }
        }
    }

    private sealed record Level(int Width, int Height, Memory<float> Colors, ReadOnlyMemory<float> Weights)
    {
        private int Plane => Width * Height;

        public Level Half(RentedMemory memory)
        {
            var (width, height) = ((Width + 1) / 2, (Height + 1) / 2);
            var plane = width * height;
            Memory<float> colors = memory.Rent<float>(Planes * plane), weights = memory.Rent<float>(plane);
            Sum(colors.Span, weights.Span, width, plane);
            for (var i = 0; i < colors.Length; i++)
            {
                if (weights.Span[i % plane] > 0)
                    colors.Span[i] /= weights.Span[i % plane];
            }

            return new Level(width, height, colors, weights);
        }

        public void PullFrom(Level half)
        {
            var colors = Colors.Span;
            var weights = Weights.Span;
            for (var y = 0; y < Height; y++)
            {
                for (var x = 0; x < Width; x++)
                {
                    if (weights[(y * Width) + x] > 0)
                        continue;
                    for (var plane = 0; plane < Planes; plane++)
                        colors[(plane * Plane) + (y * Width) + x] = half.Between(plane, x, y);
                }
            }
        }

        private void Sum(Span<float> halfColors, Span<float> halfWeights, int halfWidth, int halfPlane)
        {
            var colors = Colors.Span;
            var weights = Weights.Span;
            for (var y = 0; y < Height; y++)
            {
                for (var x = 0; x < Width; x++)
                {
                    var (source, target) = ((y * Width) + x, (y / 2 * halfWidth) + (x / 2));
                    halfWeights[target] += weights[source];
                    for (var plane = 0; plane < Planes; plane++)
                        halfColors[(plane * halfPlane) + target] += weights[source] * colors[(plane * Plane) + source];
                }
            }
        }

        // Bilinear interpolation at a finer level's pixel, whose centre is off by a quarter of a pixel.
        private float Between(int plane, int x, int y)
        {
            var (nearX, nearY) = (x / 2, y / 2);
            var farX = Math.Clamp(nearX + (x % 2 == 0 ? -1 : 1), 0, Width - 1);
            var farY = Math.Clamp(nearY + (y % 2 == 0 ? -1 : 1), 0, Height - 1);
            var colors = Colors.Span.Slice(plane * Plane, Plane);
            var near = (0.75f * colors[(nearY * Width) + nearX]) + (0.25f * colors[(nearY * Width) + farX]);
            var far = (0.75f * colors[(farY * Width) + nearX]) + (0.25f * colors[(farY * Width) + farX]);
            return (0.75f * near) + (0.25f * far);
        }
    }
}
