namespace AdaFormer;

/// <summary>Progress of an upscale.</summary>
/// <param name="TilesDone">Number of finished tiles, of all models that the picture goes through.</param>
/// <param name="Tiles">Number of all tiles.</param>
public readonly record struct UpscaleProgress(int TilesDone, int Tiles)
{
    /// <summary>Number of pictures of the file that are finished.</summary>
    public int PicturesDone { get; init; }

    /// <summary>Number of pictures of the file, which may have several pages or frames.</summary>
    public int Pictures { get; init; } = 1;

    /// <summary>The share of the work that is done, 0 to 1.</summary>
    public double Share => (PicturesDone + (Tiles == 0 ? 0 : (double)TilesDone / Tiles)) / Math.Max(Pictures, 1);
}

/// <summary>Counts finished tiles and reports progress.</summary>
internal sealed class TileCount(IProgress<UpscaleProgress>? progress)
{
    private int _tiles;
    private int _done;

    /// <summary>Reports that none of this many tiles is finished.</summary>
    public void Start(int tiles)
    {
        _tiles = tiles;
        progress?.Report(new UpscaleProgress(0, tiles));
    }

    /// <summary>Reports that another tile is finished.</summary>
    public void Add() => progress?.Report(new UpscaleProgress(++_done, _tiles));

    /// <summary>Changes the number of tiles that are not finished yet.</summary>
    public void Expect(int more) => _tiles += more;
}
