using AdaFormer.Imaging;

namespace AdaFormer;

/// <summary>Upscales a picture's strips one after another.</summary>
internal sealed class StripUpscaler
{
    private readonly TileRunner _tiles;
    private readonly IProgress<UpscaleProgress>? _progress;
    private readonly int _count;
    private int _done;

    public StripUpscaler(TileRunner tiles, IReadOnlyList<Strip> strips, IProgress<UpscaleProgress>? progress)
    {
        (_tiles, _progress) = (tiles, progress);
        _count = strips.Sum(strip => strip.Tiles.Count);
        progress?.Report(new UpscaleProgress(0, _count));
    }

    /// <summary>Upscales a strip.</summary>
    /// <param name="strip">The strip.</param>
    /// <param name="input">Rows of the picture with all of the strip's.</param>
    /// <param name="output">Rows of the result with all of the strip's core.</param>
    /// <param name="depths">Halting depths of the output's rows.</param>
    public void Upscale(Strip strip, PictureBand input, PictureBand output, HaltingMap depths)
    {
        foreach (var tile in strip.Tiles)
        {
            _tiles.Run(tile, input, output, depths);
            _progress?.Report(new UpscaleProgress(++_done, _count));
        }
    }
}
