using AdaFormer.Imaging;

namespace AdaFormer;

/// <summary>Upscales a picture's strips one after another: colours by the network, alpha by bicubic interpolation.</summary>
internal sealed class StripUpscaler
{
    private const int Alpha = 3;
    private readonly TileRunner _tiles;
    private readonly BicubicUpscaling _interpolation;
    private readonly IProgress<UpscaleProgress>? _progress;
    private readonly int _count;
    private int _done;

    public StripUpscaler(TileRunner tiles, BicubicUpscaling interpolation, IReadOnlyList<Strip> strips, IProgress<UpscaleProgress>? progress)
    {
        (_tiles, _interpolation, _progress) = (tiles, interpolation, progress);
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
            _tiles.Upscale(tile, input, output, depths);
            _progress?.Report(new UpscaleProgress(++_done, _count));
        }

        if (output.Picture.Layout == PixelLayout.Rgba)
            CopyAlpha(_interpolation.Upscale(input, Alpha, strip.CoreTop, strip.CoreTop + strip.CoreHeight), output);
    }

    private static void CopyAlpha(PictureBand alpha, PictureBand output)
    {
        for (var y = 0; y < alpha.Picture.Height; y++)
        {
            for (var x = 0; x < alpha.Picture.Width; x++)
                output.Picture[x, alpha.Top - output.Top + y, Alpha] = alpha.Picture[x, y, 0];
        }
    }
}
