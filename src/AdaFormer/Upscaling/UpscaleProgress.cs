namespace AdaFormer;

/// <summary>Progress of an upscale.</summary>
/// <param name="TilesDone">Tiles that are finished, of all models that the picture goes through.</param>
/// <param name="Tiles">All tiles.</param>
public readonly record struct UpscaleProgress(int TilesDone, int Tiles);

/// <summary>Counts the tiles that are finished, and tells.</summary>
internal sealed class TileCount
{
    private readonly int _tiles;
    private readonly IProgress<UpscaleProgress>? _progress;
    private int _done;

    public TileCount(int tiles, IProgress<UpscaleProgress>? progress)
    {
        (_tiles, _progress) = (tiles, progress);
        progress?.Report(new UpscaleProgress(0, tiles));
    }

    public void Add() => _progress?.Report(new UpscaleProgress(++_done, _tiles));
}
