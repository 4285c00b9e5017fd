using System.Diagnostics;
using System.Numerics;
using AdaFormer.Imaging;

namespace AdaFormer;

/// <summary>
/// Runs the first model's tiles and the second model's areas of a picture, strip by strip. Areas fade into what is around them, so that their
/// borders do not show; they are run in the order of their detail, so that what a time limit leaves out matters least.
/// </summary>
internal sealed class Refiner
{
    /// <summary>How many pixels the second model sees for each that it refines, usually.</summary>
    public const double TypicalOverhead = 1.25;

    /// <summary>Input pixels that the second model sees of an area's surroundings, beyond those into which it fades.</summary>
    private const int Context = 3;

    // What writing a pixel of the result takes, until it is known; and the side of the tile on which the second model's speed is tried.
    private const double WriteSeconds = 8e-8;
    private const int TrialSize = 96;

    private readonly Refinement _refinement;
    private readonly RefinementPlan _plan;
    private readonly AreaFade _fade;
    private readonly DetailMap _details;
    private readonly IReadOnlyList<Strip> _strips;
    private readonly TileRunner _first;
    private readonly TileRunner _second;
    private readonly TileCount _count;
    private readonly Stopwatch _clock;
    private readonly int _scale;
    private readonly int _maximumPixels;
    private readonly CancellationToken _cancellationToken;
    private double _firstSeconds;
    private double _secondSeconds;
    private double _otherSeconds;
    private long _secondPixels;
    private long _seen;
    private long _refined;
    private int _areasLeft;

    /// <param name="refinement">The second model, and how much of it.</param>
    /// <param name="details">The picture's detail.</param>
    /// <param name="strips">The strips of the first model.</param>
    /// <param name="first">The first model.</param>
    /// <param name="options">The first model's options.</param>
    /// <param name="clock">Runs since the upscale began: what it shows now was needed before the first row.</param>
    /// <param name="count">Counts tiles and areas.</param>
    /// <param name="cancellationToken">Stops within the current tile.</param>
    public Refiner(
        Refinement refinement, DetailMap details, IReadOnlyList<Strip> strips, UpscalingModel first, UpscaleOptions options, Stopwatch clock, TileCount count, CancellationToken cancellationToken)
    {
        (_refinement, _details, _strips, _clock, _count, _cancellationToken) = (refinement, details, strips, clock, count, cancellationToken);
        _otherSeconds = clock.Elapsed.TotalSeconds;
        _plan = new RefinementPlan(details);
        _plan.Choose(refinement.Share);
        _scale = first.Description.Scale;
        _fade = new AreaFade(_plan, details.Width, details.Height, _scale);
        // No tile of the second model takes more memory than the first one's.
        var largest = strips.Max(strip => strip.Tiles.Max(tile => (long)tile.Pixels)) * first.Description.BytesPerPixel;
        _maximumPixels = (int)Math.Min(largest / refinement.Model.Description.BytesPerPixel, TilePlan.LargestTile * TilePlan.LargestTile);
        _first = new TileRunner(first, options, _count, cancellationToken);
        var second = options with { HaltingThreshold = null, TileSize = null, TileOverlap = Context };
        _second = new TileRunner(refinement.Model, second, _count, cancellationToken, colorsOnly: true);
        AreaCount = _areasLeft = strips.Sum(strip => Areas(strip).Count);
    }

    /// <summary>Number of areas that are to be refined, as it was before any was.</summary>
    public int AreaCount { get; }

    /// <summary>What the second model did so far.</summary>
    public RefinementResult Result => new(_refined / ((double)_details.Width * _details.Height), TimeSpan.FromSeconds(_firstSeconds), TimeSpan.FromSeconds(_secondSeconds));

    /// <summary>Whether a pixel is refined.</summary>
    public bool IsRefined(int x, int y) => _plan.IsRefined(x, y);

    /// <summary>Upscales the cores of a strip's tiles, and refines them.</summary>
    /// <inheritdoc cref="TileRunner.Run(Strip, PictureBand, PictureBand, HaltingMap)"/>
    public void Run(Strip strip, PictureBand input, PictureBand output, HaltingMap depths)
    {
        _firstSeconds += Seconds(() => _first.Run(strip, input, output, depths));
        if (_refinement.Within is not null)
            ChooseByTime(strip, input);
        var areas = Areas(strip);
        if (_refinement.Within is not null)
            Expect(areas.Count, strip);
        foreach (var (area, index) in areas.Select((area, index) => (area, index)))
        {
            if (_refinement.Within is not null && SecondsLeft(strip) <= 0)
            {
                _plan.Leave(areas.Skip(index));
                _count.Expect(index - areas.Count);
                break;
            }

            _secondSeconds += Seconds(() => Refine(area, strip, input, output));
            _refined += (long)area.Width * area.Height;
        }
    }

    private IReadOnlyList<Area> Areas(Strip strip) => _plan.Areas(strip.CoreTop, strip.CoreHeight, _maximumPixels);

    // The time that is left for the second model, if the rest takes as long as what is done.
    private double SecondsLeft(Strip strip)
    {
        var elapsed = _clock.Elapsed.TotalSeconds;
        var (done, all) = ((long)(strip.CoreTop + strip.CoreHeight) * _details.Width, (long)_details.Height * _details.Width);
        var before = (long)strip.CoreTop * _details.Width;
        var write = before == 0 ? WriteSeconds * _scale * _scale : Math.Max(0, elapsed - _firstSeconds - _secondSeconds - _otherSeconds) / before;
        return _refinement.Within!.Value.TotalSeconds - elapsed - (_firstSeconds / done * (all - done)) - (write * (all - before));
    }

    private void ChooseByTime(Strip strip, PictureBand input)
    {
        if (_secondPixels == 0)
            Try(strip, input);
        var room = SecondsLeft(strip) * _secondPixels / _secondSeconds;
        var (low, high) = (0.0, _refinement.Share);
        // The share of the pixels that is reached by halving, to one in a thousand.
        for (var i = 0; i < 10; i++)
        {
            var middle = i == 0 ? high : (low + high) / 2;
            _plan.Choose(middle);
            if (middle * _plan.OpenPixels * Overhead(strip) <= room)
                low = middle;
            else
                high = middle;
            if (low == high)
                break;
        }

        _plan.Choose(low);
        _plan.Settle(strip.CoreTop + strip.CoreHeight);
    }

    // How many pixels the second model sees for each that it refines, in what is done and in this strip as it is chosen; the strips below will be alike.
    private double Overhead(Strip strip)
    {
        var (seen, refined) = ((double)_seen, _refined);
        foreach (var area in Areas(strip))
        {
            seen += TileOf(area, strip).Pixels;
            refined += (long)area.Width * area.Height;
        }

        return refined == 0 ? TypicalOverhead : seen / refined;
    }

    // Of the strips below nobody knows yet how much time there will be; they are taken to get as many areas as this one.
    private void Expect(int areas, Strip strip)
    {
        var below = (int)((long)areas * (_details.Height - strip.CoreTop - strip.CoreHeight) / strip.CoreHeight);
        _count.Expect(areas + below - _areasLeft);
        _areasLeft = below;
    }

    // The first run of a size takes longer, so the second one counts.
    private void Try(Strip strip, PictureBand input)
    {
        var area = new Area(0, strip.CoreTop, Math.Min(TrialSize, _details.Width), Math.Min(TrialSize, strip.CoreHeight));
        var tile = TileOf(area, strip);
        _otherSeconds += Seconds(() => Run(tile, input));
        _secondSeconds = Seconds(() => Run(tile, input));
        _secondPixels = tile.Pixels;
    }

    private void Refine(Area area, Strip strip, PictureBand input, PictureBand output)
    {
        var tile = TileOf(area, strip);
        var refined = Run(tile, input);
        _secondPixels += tile.Pixels;
        _seen += tile.Pixels;
        _count.Add();
        var columns = _fade.Weights(area.X, area.Width, tile.CoreX, tile.CoreWidth, _details.Width);
        var rows = _fade.Weights(area.Y, area.Height, tile.CoreY, tile.CoreHeight, _details.Height, strip.CoreTop, strip.CoreTop + strip.CoreHeight);
        var edge = new float[columns.Length];
        for (var y = 0; y < rows.Length; y++)
        {
            var target = (tile.CoreY * _scale) - output.Top + y;
            var isNearEdge = _fade.AtEdge(strip, (tile.CoreY * _scale) + y, tile.CoreX * _scale, edge);
            if (output.Picture.BitDepth == 8)
                Lay<byte>(refined.Row8(y), output.Picture.Row8(target)[(tile.CoreX * _scale * output.Picture.Channels)..]);
            else
                Lay<ushort>(refined.Row16(y), output.Picture.Row16(target)[(tile.CoreX * _scale * output.Picture.Channels)..]);

            void Lay<T>(ReadOnlySpan<T> above, Span<T> below) where T : struct, INumber<T>
            {
                var (step, colors) = (output.Picture.Channels, refined.Channels);
                for (var x = 0; x < columns.Length; x++)
                {
                    var weight = columns[x] * rows[y] * (isNearEdge ? edge[x] : 1);
                    for (var channel = 0; channel < colors; channel++)
                    {
                        var first = float.CreateTruncating(below[(x * step) + channel]);
                        below[(x * step) + channel] = T.CreateTruncating(first + (weight * (float.CreateTruncating(above[(x * colors) + channel]) - first)) + 0.5f);
                    }
                }
            }
        }
    }

    private Picture Run(Tile tile, PictureBand input)
    {
        var layout = input.Picture.Layout.IsGray() ? PixelLayout.Gray : PixelLayout.Rgb;
        var refined = new Picture(tile.CoreWidth * _scale, tile.CoreHeight * _scale, layout, input.Picture.BitDepth);
        var band = new PictureBand(refined, tile.CoreY * _scale, tile.CoreX * _scale);
        foreach (var part in Parts(tile))
            _second.Run(part, input, band);
        return refined;
    }

    // A model of one size takes parts of that size.
    private IReadOnlyList<Tile> Parts(Tile tile)
    {
        var model = _refinement.Model.Description;
        if (!model.Pixels.IsFixed)
            return [tile];
        var side = Math.Min(model.Pixels.FixedWidth > 0 ? model.Pixels.FixedWidth : int.MaxValue, model.Pixels.FixedHeight > 0 ? model.Pixels.FixedHeight : int.MaxValue);
        var parts = Tile.Cut(tile.Width, tile.Height, model.Pixels, TilePlan.LargestTile, Math.Min(model.TileOverlap, (side - 1) / 2), model.SizeMultiple);
        return [.. parts.Select(part => Within(part, tile)).Where(part => part is { CoreWidth: > 0, CoreHeight: > 0 })];

        static Tile Within(Tile part, Tile whole)
        {
            var (left, top) = (Math.Max(whole.X + part.CoreX, whole.CoreX), Math.Max(whole.Y + part.CoreY, whole.CoreY));
            var right = Math.Min(whole.X + part.CoreX + part.CoreWidth, whole.CoreX + whole.CoreWidth);
            var bottom = Math.Min(whole.Y + part.CoreY + part.CoreHeight, whole.CoreY + whole.CoreHeight);
            return new Tile(whole.X + part.X, whole.Y + part.Y, part.Width, part.Height, left, top, right - left, bottom - top);
        }
    }

    // The core is the area with what it fades into, within the strip; the network sees more on each side, where there is more.
    private Tile TileOf(Area area, Strip strip)
    {
        var (left, right) = (Math.Max(area.X - AreaFade.Reach, 0), Math.Min(area.X + area.Width + AreaFade.Reach, _details.Width));
        var (top, bottom) = (Math.Max(area.Y - AreaFade.Reach, strip.CoreTop), Math.Min(area.Y + area.Height + AreaFade.Reach, strip.CoreTop + strip.CoreHeight));
        var (x, end) = (Math.Max(left - Context, 0), Math.Min(right + Context, _details.Width));
        var (y, last) = (Math.Max(top - Context, strip.Top), Math.Min(bottom + Context, strip.Top + strip.Height));
        return new Tile(x, y, end - x, last - y, left, top, right - left, bottom - top);
    }

    private double Seconds(Action work)
    {
        _cancellationToken.ThrowIfCancellationRequested();
        var start = _clock.Elapsed;
        work();
        return (_clock.Elapsed - start).TotalSeconds;
    }
}
