using AdaFormer.Imaging;

namespace AdaFormer;

/// <summary>Upscales pictures of any size with a model, tile by tile where they are large.</summary>
public sealed class Upscaler
{
    private readonly UpscalingModel _model;
    private readonly UpscaleOptions _options;

    /// <summary>Upscales with a model, which stays the caller's to dispose.</summary>
    /// <param name="model">The model.</param>
    /// <param name="options">Halting threshold and tiles; <see langword="null"/> for the defaults.</param>
    /// <exception cref="ArgumentException">The tile size or the memory budget leaves nothing beside the overlap.</exception>
    public Upscaler(UpscalingModel model, UpscaleOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        _model = model;
        _options = options ?? new UpscaleOptions();
        _options.Check(model.Description);
    }

    /// <summary>Upscales a picture. Grey stays grey, alpha is resampled by bicubic interpolation.</summary>
    /// <param name="picture">The picture, of any size.</param>
    /// <param name="progress">Told after every tile.</param>
    /// <param name="cancellationToken">Stops within the tile that is being worked on.</param>
    /// <returns>A picture of the model's scale times the size, and the halting depth of every input pixel: all 0 of 0 blocks where the model does not halt.</returns>
    /// <exception cref="UpscalingException">The result is too large to hold, or the model failed or gave NaN or infinity.</exception>
    /// <exception cref="ModelFormatException">The model's graph is not what its metadata says.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public UpscaleResult Upscale(Picture picture, IProgress<UpscaleProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(picture);
        var (scale, blocks, window) = (_model.Description.Scale, _model.Description.Blocks, _model.Description.Window);
        var result = MakeResult(picture, scale);
        var map = new HaltingMap(picture.Width, picture.Height, blocks);
        var tiles = Tile.Cut(picture.Width, picture.Height, _options.TileSizeWithin(_model.Description), _options.OverlapFor(_model.Description), window);
        progress?.Report(new UpscaleProgress(0, tiles.Count));
        for (var done = 0; done < tiles.Count; done++)
        {
            var tile = tiles[done];
            using var output = _model.RunInPlace(PixelTensor.Read(picture, tile), 1, tile.Height, tile.Width, _options.HaltingThreshold, cancellationToken);
            PixelTensor.Write(() => output.Upscaled, result, tile, scale);
            if (blocks > 0)
                CopyDepth(output.HaltingDepth, map, tile);
            progress?.Report(new UpscaleProgress(done + 1, tiles.Count));
        }

        if (picture.Layout == PixelLayout.Rgba)
            AlphaChannel.Copy(BicubicResampler.Upscale(AlphaChannel.Of(picture), scale), result);
        return new UpscaleResult(result, map);
    }

    private static Picture MakeResult(Picture picture, int scale)
    {
        var (width, height) = ((long)picture.Width * scale, (long)picture.Height * scale);
        var bytes = width * height * picture.Channels * (picture.BitDepth / 8);
        if (bytes > Array.MaxLength)
            throw new UpscalingException($"{picture.Width}×{picture.Height} pixels become {width}×{height}, which need {bytes / 1e9:F1} GB in one piece; at most {Array.MaxLength / 1e9:F1} GB are possible. Cut the picture into parts.");
        return new Picture((int)width, (int)height, picture.Layout, picture.BitDepth);
    }

    private static void CopyDepth(ReadOnlySpan<float> depth, HaltingMap map, Tile tile)
    {
        for (var y = 0; y < tile.CoreHeight; y++)
        {
            var row = map.WritableRow(tile.CoreY + y).Slice(tile.CoreX, tile.CoreWidth);
            var source = depth.Slice((((tile.CoreY - tile.Y + y) * tile.Width) + tile.CoreX) - tile.X, tile.CoreWidth);
            for (var x = 0; x < row.Length; x++)
            {
                row[x] = source[x] >= 0 && source[x] <= map.Blocks
                    ? (byte)source[x]
                    : throw new ModelFormatException($"The model gave a halting depth of {source[x]}, but its metadata promises 0 to {map.Blocks}; its metadata do not belong to its graph. Export the weights again.");
            }
        }
    }
}
