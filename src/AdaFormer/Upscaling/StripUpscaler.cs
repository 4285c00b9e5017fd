using AdaFormer.Imaging;

namespace AdaFormer;

/// <summary>Upscales some of a picture's rows of tiles, which come out as they do in the whole picture.</summary>
/// <param name="model">The model.</param>
/// <param name="options">The options; with a tile size, because what memory there is differs from machine to machine.</param>
internal sealed class StripUpscaler(UpscalingModel model, UpscaleOptions options)
{
    /// <summary>Upscales from one row of tiles to another.</summary>
    /// <param name="picture">The picture, of which no row has been read; it is read as far as the tiles see.</param>
    /// <param name="top">The first row of the picture to upscale, where a row of tiles begins.</param>
    /// <param name="end">The row after the last one, where a row of tiles ends.</param>
    /// <param name="result">Receives (end − top) × scale rows.</param>
    /// <param name="progress">Called after every tile.</param>
    /// <param name="cancellationToken">Stops within the current tile.</param>
    /// <returns>The blocks that the pixels went through, together.</returns>
    /// <exception cref="InvalidDataException">No rows of tiles begin and end there.</exception>
    public long Upscale(IPictureRows picture, int top, int end, IPictureSink result, IProgress<UpscaleProgress>? progress, CancellationToken cancellationToken)
    {
        var info = picture.Info;
        var all = TilePlan.OfRows([(model.Description, info)], options, mapRowBytes: 0, picture.BytesHeld)[0];
        Strip[] strips = [.. all.Where(strip => strip.CoreTop >= top && strip.CoreTop < end)];
        if (strips.Length == 0 || strips[0].CoreTop != top || strips[^1].CoreTop + strips[^1].CoreHeight != end)
            throw new InvalidDataException($"Rows {top} to {end} of {info.Width}×{info.Height} pixels are no rows of tiles of {options.TileSize} pixels. Give all machines the same version of AdaFormer.");
        var count = new TileCount(progress);
        count.Start(strips.Sum(strip => strip.Tiles.Count));
        var tiles = new TileRunner(model, options, count, cancellationToken);
        var stage = new UpscaleStage(info, Upscaler.ResultOf(info, model.Description.Scale), strips, model.Description, tiles.Run, map: null, result.WriteRow);
        var row = info.NewPicture(1);
        for (var y = 0; y < strips[^1].Top + strips[^1].Height; y++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            picture.ReadRow(row, 0);
            stage.WriteRow(row, 0);
        }

        return stage.BlocksRun;
    }
}
