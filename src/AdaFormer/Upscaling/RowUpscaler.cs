using System.Diagnostics;
using AdaFormer.Imaging;

namespace AdaFormer;

/// <summary>
/// Passes a picture's rows through models in order, and then to an exact size by antialiased bicubic interpolation. Neither the picture nor
/// the result is ever held whole.
/// </summary>
internal sealed class RowUpscaler(IReadOnlyList<UpscalingModel> models, UpscaleOptions options)
{
    /// <summary>Upscales a picture.</summary>
    /// <param name="picture">The source of the picture.</param>
    /// <param name="larger">The picture to produce.</param>
    /// <param name="result">Receives the result.</param>
    /// <param name="map">Draws the halting depths of the first model; <see langword="null"/>: none.</param>
    /// <param name="details">The picture's detail, which a refinement needs; <see langword="null"/>: nothing is refined.</param>
    /// <param name="held">Bytes of the memory budget that the caller's source and sinks take.</param>
    /// <param name="clock">Runs since the upscale began, for a refinement within a time.</param>
    /// <param name="progress">Called after every tile.</param>
    /// <param name="cancellationToken">Stops within the current tile.</param>
    /// <returns>The share of the first model's work that halting saved, 0 to 1 (0 if there is no model), and what the second model did.</returns>
    public (double HaltedShare, RefinementResult? Refinement) Upscale(
        IPictureRows picture, PictureInfo larger, IPictureSink result, HeatMapRows? map, DetailMap? details, long held, Stopwatch clock, IProgress<UpscaleProgress>? progress, CancellationToken cancellationToken)
    {
        var pictures = new List<PictureInfo> { picture.Info };
        foreach (var model in models)
            pictures.Add(Upscaler.ResultOf(pictures[^1], model.Description.Scale));
        Action<Picture, int> next = WriteRow;
        if ((pictures[^1].Width, pictures[^1].Height) != (larger.Width, larger.Height))
        {
            next = new ResampleStage(pictures[^1], larger, next).WriteRow;
            held += ResampleStage.HeldBytes(pictures[^1], larger);
        }

        if (models.Count == 0)
        {
            Read(new TransparentFill.Stage(picture.Info, map, next));
            return (0, null);
        }

        var mapRowBytes = map is null ? 0 : (3L + (picture.Info.BitDepth / 8)) * picture.Info.Width * map.Scale * map.Scale;
        var strips = TilePlan.OfRows(models.Select((model, index) => (model.Description, pictures[index])), options, mapRowBytes, held);
        var count = new TileCount(progress);
        var refiner = details is null ? null : new Refiner(options.Refinement!, details, strips[0], models[0], options, clock, count, cancellationToken);
        if (map is not null)
            map.IsRefined = refiner is null ? null : refiner.IsRefined;
        count.Start((refiner?.AreaCount ?? 0) + strips.Sum(cut => cut.Sum(strip => strip.Tiles.Count)));
        UpscaleStage? stage = null;
        for (var i = models.Count - 1; i >= 0; i--)
        {
            var tiles = new TileRunner(models[i], options, count, cancellationToken);
            stage = new UpscaleStage(pictures[i], pictures[i + 1], strips[i], models[i].Description, i == 0 && refiner is not null ? refiner.Run : tiles.Run, i == 0 ? map : null, next);
            next = stage.WriteRow;
        }

        Read(stage!);
        return (stage!.HaltedShare, refiner?.Result);

        void WriteRow(Picture row, int y)
        {
            cancellationToken.ThrowIfCancellationRequested();
            result.WriteRow(row, y);
        }

        void Read(RowStage first)
        {
            var row = picture.Info.NewPicture(1);
            for (var y = 0; y < picture.Info.Height; y++)
            {
                picture.ReadRow(row, 0);
                first.WriteRow(row, 0);
            }
        }
    }
}

/// <summary>Upscales the cores of a strip's tiles.</summary>
/// <param name="strip">The strip.</param>
/// <param name="input">Rows of the picture, including all of the strip's.</param>
/// <param name="output">Rows of the result, including all of the core's; only these change.</param>
/// <param name="depths">Halting depths of the output's rows.</param>
internal delegate void TileWork(Strip strip, PictureBand input, PictureBand output, HaltingMap depths);

/// <summary>Passes a picture's rows through a model, strip by strip.</summary>
internal sealed class UpscaleStage : RowStage
{
    private readonly PictureInfo _picture;
    private readonly IReadOnlyList<Strip> _strips;
    private readonly TileWork _tiles;
    private readonly HeatMapRows? _map;
    private readonly Picture _output;
    private readonly Action<Picture, int> _next;
    private readonly int _scale;
    private readonly int _blocks;
    private HaltingMap _depths;

    /// <param name="picture">The input picture.</param>
    /// <param name="larger">The picture to produce.</param>
    /// <param name="strips">The strips that the picture is cut into.</param>
    /// <param name="model">The model.</param>
    /// <param name="tiles">Runs the tiles of a strip.</param>
    /// <param name="map">Draws the heat map; <see langword="null"/>: none.</param>
    /// <param name="next">Receives a row of the result.</param>
    public UpscaleStage(
        PictureInfo picture, PictureInfo larger, IReadOnlyList<Strip> strips, ModelDescription model, TileWork tiles, HeatMapRows? map, Action<Picture, int> next)
        : base(picture, [.. strips.Select(strip => (strip.Top, strip.Top + strip.Height))])
    {
        (_picture, _strips, _tiles, _map, _next) = (picture, strips, tiles, map, next);
        (_scale, _blocks) = (model.Scale, model.Blocks);
        _output = larger.NewPicture(strips.Max(strip => strip.CoreHeight) * _scale);
        _depths = new HaltingMap(picture.Width, strips[0].CoreHeight, _blocks);
    }

    /// <summary>The share of the transformer's work that halting saved, 0 to 1, available after all rows.</summary>
    public double HaltedShare => ShareOf(BlocksRun, _picture, _blocks);

    /// <summary>The blocks that the pixels went through, together; available after all rows.</summary>
    public long BlocksRun { get; private set; }

    /// <summary>The share of the transformer's work that halting saved, 0 to 1.</summary>
    /// <param name="blocksRun">The blocks that all of the picture's pixels went through, together.</param>
    /// <param name="picture">The input picture.</param>
    /// <param name="blocks">The blocks of the model; 0 if it does not halt.</param>
    public static double ShareOf(long blocksRun, PictureInfo picture, int blocks) => blocks == 0 ? 0 : 1 - (blocksRun / ((double)blocks * picture.Width * picture.Height));

    protected override void Work(int window, PictureBand rows)
    {
        var strip = _strips[window];
        if (_depths.Height != strip.CoreHeight)
            _depths = new HaltingMap(_picture.Width, strip.CoreHeight, _blocks);
        _tiles(strip, rows, new PictureBand(_output, strip.CoreTop * _scale), _depths);
        for (var y = 0; y < strip.CoreHeight * _scale; y++)
            _next(_output, y);
        _map?.Draw(_depths, strip.CoreTop, rows);
        BlocksRun += _depths.Work;
    }
}
