using AdaFormer.Imaging;

namespace AdaFormer;

/// <summary>Takes a picture's rows through a model, strip by strip.</summary>
internal sealed class UpscaleStage : RowStage
{
    private readonly PictureInfo _picture;
    private readonly IReadOnlyList<Strip> _strips;
    private readonly TileRunner _tiles;
    private readonly HeatMapRows? _map;
    private readonly Picture _output;
    private readonly Action<Picture, int> _next;
    private readonly int _scale;
    private readonly int _blocks;
    private HaltingMap _depths;
    private long _work;

    /// <param name="picture">The picture that comes.</param>
    /// <param name="larger">What it becomes.</param>
    /// <param name="strips">How it is cut.</param>
    /// <param name="model">The model.</param>
    /// <param name="tiles">Runs the tiles.</param>
    /// <param name="map">Draws the heat map; <see langword="null"/>: none.</param>
    /// <param name="next">Takes a row of the result.</param>
    public UpscaleStage(
        PictureInfo picture, PictureInfo larger, IReadOnlyList<Strip> strips, ModelDescription model, TileRunner tiles, HeatMapRows? map, Action<Picture, int> next)
        : base(picture, [.. strips.Select(strip => (strip.Top, strip.Top + strip.Height))])
    {
        (_picture, _strips, _tiles, _map, _next) = (picture, strips, tiles, map, next);
        (_scale, _blocks) = (model.Scale, model.Blocks);
        _output = larger.NewPicture(strips.Max(strip => strip.CoreHeight) * _scale);
        _depths = new HaltingMap(picture.Width, strips[0].CoreHeight, _blocks);
    }

    /// <summary>The share of the transformer's work that halting saved, 0 to 1, once all rows are through.</summary>
    public double HaltedShare => _blocks == 0 ? 0 : 1 - (_work / ((double)_blocks * _picture.Width * _picture.Height));

    protected override void Work(int window, PictureBand rows)
    {
        var strip = _strips[window];
        if (_depths.Height != strip.CoreHeight)
            _depths = new HaltingMap(_picture.Width, strip.CoreHeight, _blocks);
        _tiles.Run(strip, rows, new PictureBand(_output, strip.CoreTop * _scale), _depths);
        for (var y = 0; y < strip.CoreHeight * _scale; y++)
            _next(_output, y);
        _map?.Draw(_depths, strip.CoreTop, rows);
        _work += _depths.Work;
    }
}
