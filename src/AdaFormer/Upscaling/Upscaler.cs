using System.Diagnostics;
using AdaFormer.Imaging;

namespace AdaFormer;

/// <summary>Upscales pictures of any size with a model, tile by tile if they are large.</summary>
public sealed class Upscaler
{
    private readonly UpscalingModel _model;
    private readonly UpscaleOptions _options;

    /// <summary>Upscales with a model, which the caller disposes.</summary>
    /// <param name="model">The model.</param>
    /// <param name="options">Halting threshold and tiles; <see langword="null"/> for the defaults.</param>
    /// <exception cref="ArgumentException">The tile size or the memory budget leaves no room besides the overlap, or the second model has another scale.</exception>
    public Upscaler(UpscalingModel model, UpscaleOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        _model = model;
        _options = options ?? new UpscaleOptions();
        _options.Check(model.Description);
        if (_options.Refinement is { } refinement && !refinement.Fits(model))
            throw new ArgumentException($"The second model makes pictures {refinement.Model.Description.Scale} times larger, the first {model.Description.Scale} times; they must do the same.", nameof(options));
    }

    /// <summary>Upscales a picture. Grey stays grey, even in a tile of an RGB picture without colours; alpha, unless constant, goes through the network separately; metadata is kept.</summary>
    /// <param name="picture">The picture, of any size.</param>
    /// <param name="progress">Called after every tile.</param>
    /// <param name="cancellationToken">Stops within the current tile.</param>
    /// <returns>A picture enlarged by the model's scale, and the halting depth of every input pixel: all 0 of 0 blocks if the model does not halt.</returns>
    /// <exception cref="UpscalingException">The result is too large for memory or the memory budget, or the model failed or gave NaN or infinity.</exception>
    /// <exception cref="ModelFormatException">The model's graph does not match its metadata.</exception>
    /// <exception cref="OperationCanceledException">The operation was cancelled.</exception>
    public UpscaleResult Upscale(Picture picture, IProgress<UpscaleProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(picture);
        var info = PictureInfo.Of(picture);
        var larger = ResultOf(info);
        if (larger.Bytes > Array.MaxLength)
            throw new UpscalingException($"{info.Width}×{info.Height} pixels become {larger.Width}×{larger.Height}, which need {larger.Bytes / 1e9:F1} GB in one piece; the maximum is {Array.MaxLength / 1e9:F1} GB. Upscale it from file to file, a PNG to a PNG, or split it.");
        var clock = Stopwatch.StartNew();
        var strips = TilePlan.OfWhole(_model.Description, _options, info);
        var result = larger.NewPicture(larger.Height);
        var map = new HaltingMap(info.Width, info.Height, _model.Description.Blocks);
        var count = new TileCount(progress);
        var refiner = _options.Refinement is { } refinement ? new Refiner(refinement, DetailMap.Of(new PictureRows(picture), cancellationToken), strips, _model, _options, clock, count, cancellationToken) : null;
        count.Start((refiner?.AreaCount ?? 0) + strips.Sum(strip => strip.Tiles.Count));
        TileWork tiles = refiner is null ? new TileRunner(_model, _options, count, cancellationToken).Run : refiner.Run;
        foreach (var strip in strips)
            tiles(strip, new PictureBand(picture, 0), new PictureBand(result, 0), map);
        return new UpscaleResult(result, map) { Refinement = refiner?.Result };
    }

    /// <summary>Upscales a picture of any size row by row, so that neither it nor the result is ever held whole; but for the picture, if a second model refines it.</summary>
    /// <param name="picture">The source of the picture.</param>
    /// <param name="result">Receives the result, as described by <see cref="ResultOf(PictureInfo)"/>.</param>
    /// <param name="map">Receives the heat map, 8-bit RGB of the result's size, see <see cref="HaltingHeatMap"/>; <see langword="null"/>: none.</param>
    /// <param name="held">Bytes of the memory budget that the caller's source and sinks take.</param>
    /// <param name="progress">Called after every tile.</param>
    /// <param name="cancellationToken">Stops within the current tile.</param>
    /// <returns>The share of the transformer's work that halting saved, 0 to 1.</returns>
    /// <exception cref="PictureFormatException">The picture is damaged.</exception>
    /// <exception cref="IOException">The picture cannot be read or the result cannot be written.</exception>
    /// <exception cref="UpscalingException">The memory budget is too small, memory ran out, or the model failed or gave NaN or infinity.</exception>
    /// <exception cref="ModelFormatException">The model's graph does not match its metadata.</exception>
    /// <exception cref="OperationCanceledException">The operation was cancelled.</exception>
    public double Upscale(
        IPictureRows picture,
        IPictureSink result,
        IPictureSink? map = null,
        long held = 0,
        IProgress<UpscaleProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(picture);
        ArgumentNullException.ThrowIfNull(result);
        var clock = Stopwatch.StartNew();
        var larger = ResultOf(picture.Info);
        var drawn = map is null ? null : new HeatMapRows(picture.Info, _model.Description.Scale, larger, map);
        DetailMap? details = null;
        if (_options.Refinement is not null)
        {
            // Rows cannot be read twice.
            picture = new PictureRows(PictureRows.ReadAll(picture));
            details = DetailMap.Of(picture, cancellationToken);
            held += picture.BytesHeld;
        }

        return new RowUpscaler([_model], _options).Upscale(picture, larger, result, drawn, details, held, clock, progress, cancellationToken).HaltedShare;
    }

    /// <summary>Describes a picture's result: the size enlarged by the model's scale, everything else unchanged.</summary>
    /// <exception cref="UpscalingException">The result has more than 2^31 pixels on a side.</exception>
    public PictureInfo ResultOf(PictureInfo picture) => ResultOf(picture, _model.Description.Scale);

    /// <summary>Describes the result of a model of this scale, which need not be loaded.</summary>
    internal static PictureInfo ResultOf(PictureInfo picture, int scale)
    {
        ArgumentNullException.ThrowIfNull(picture);
        if ((long)Math.Max(picture.Width, picture.Height) * scale > int.MaxValue)
            throw new UpscalingException($"{picture.Width}×{picture.Height} pixels, {scale} times larger, have more than 2^31 on a side. Split the picture.");
        return picture.Resized(picture.Width * scale, picture.Height * scale);
    }
}

/// <summary>An upscaled picture and its halting depths.</summary>
/// <param name="Picture">The picture, with the input's channels and bit depth.</param>
/// <param name="HaltingDepth">The halting depth of every pixel of the input.</param>
public sealed record UpscaleResult(Picture Picture, HaltingMap HaltingDepth)
{
    /// <summary>What a second model did; <see langword="null"/> if there was none.</summary>
    public RefinementResult? Refinement { get; init; }
}

/// <summary>A model failed on a picture, or gave an invalid result.</summary>
public sealed class UpscalingException : Exception
{
    /// <summary>Whether memory ran out; smaller tiles or a later attempt may then succeed.</summary>
    public bool OutOfMemory { get; init; }

    /// <summary>Creates the exception with what failed and what to do.</summary>
    public UpscalingException(string message, Exception? innerException = null) : base(message, innerException)
    {
    }
}
