using AdaFormer.Imaging;

namespace AdaFormer.Files;

/// <summary>
/// Upscales picture files. PNG to PNG works at any size in bounded memory: rows are read, upscaled and written strip by strip. Other
/// formats are read or written whole.
/// </summary>
public sealed class FileUpscaler
{
    private readonly ModelSelector _models;
    private readonly int _scale;
    private readonly PictureReader _reader;
    private readonly PictureWriter _writer;
    private readonly FileUpscaleOptions _options;

    /// <summary>Upscales files with a model, which the caller disposes.</summary>
    /// <param name="model">The model.</param>
    /// <param name="reader">Reads the inputs; <see langword="null"/>: PNG only.</param>
    /// <param name="writer">Writes the outputs; <see langword="null"/>: PNG only.</param>
    /// <param name="options"><see langword="null"/> for the defaults.</param>
    /// <exception cref="ArgumentOutOfRangeException">The output pixel limit is below 1.</exception>
    /// <exception cref="ArgumentException">The tile size or the memory budget leaves no room besides the overlap.</exception>
    public FileUpscaler(UpscalingModel model, PictureReader? reader = null, PictureWriter? writer = null, FileUpscaleOptions? options = null)
        : this(new ModelSelector(model), reader, writer, options)
    {
    }

    /// <summary>Upscales files with models, which the caller disposes: those nearest to <see cref="FileUpscaleOptions.TargetSize"/> or, without one, the model with the largest scale.</summary>
    /// <param name="models">The models.</param>
    /// <param name="reader">Reads the inputs; <see langword="null"/>: PNG only.</param>
    /// <param name="writer">Writes the outputs; <see langword="null"/>: PNG only.</param>
    /// <param name="options"><see langword="null"/> for the defaults.</param>
    /// <exception cref="ArgumentOutOfRangeException">The output pixel limit is below 1.</exception>
    /// <exception cref="ArgumentException">The tile size or the memory budget leaves no room besides the overlap.</exception>
    public FileUpscaler(ModelSelector models, PictureReader? reader = null, PictureWriter? writer = null, FileUpscaleOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(models);
        _options = options ?? new FileUpscaleOptions();
        ArgumentOutOfRangeException.ThrowIfLessThan(_options.MaximumOutputPixels, 1, nameof(options));
        _models = models;
        _scale = models.Scales[^1];
        foreach (var model in models.For(_options.TargetSize is null ? _scale : null))
            _options.Upscaling.Check(model.Description);
        _reader = reader ?? new PictureReader();
        _writer = writer ?? new PictureWriter();
    }

    /// <summary>Upscales a file. The output is written atomically; the input is never replaced.</summary>
    /// <param name="input">The picture to read.</param>
    /// <param name="output">The picture to write; its extension determines the format.</param>
    /// <param name="haltingMap">A picture to write that shows where tokens halted, blue for early; <see langword="null"/>: none.</param>
    /// <param name="progress">Called after every tile.</param>
    /// <param name="cancellationToken">Stops within the current tile, and leaves no file.</param>
    /// <exception cref="NotSupportedException">The output's format is not supported, a halting map is requested for a model that does not halt, or a larger size than a model that keeps the size can make.</exception>
    /// <exception cref="PictureFormatException">The input is damaged or not a supported picture, it or its result is too large, or the output is too large for its format.</exception>
    /// <exception cref="UpscalingException">The model failed, memory ran out, or the memory budget is too small.</exception>
    /// <exception cref="IOException">A file cannot be read or written, exists and may not be replaced, or is both input and output.</exception>
    /// <exception cref="OperationCanceledException">The operation was cancelled.</exception>
    public FileUpscaleResult Upscale(
        string input, string output, string? haltingMap = null, IProgress<UpscaleProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        foreach (var target in new[] { output, haltingMap }.OfType<string>())
            _writer.Check(target);
        if (haltingMap is not null && !_models.Halts)
            throw new NotSupportedException($"The model '{_models.Of(_scale, null).Description.Architecture}' does not halt, so there is no halting map to draw.");
        OutputPaths.Check(_options.Overwrite, [input], output, haltingMap);
        using var rows = Open(input);
        var larger = SizeOf(rows.Info);
        CheckSize(input, larger);
        _writer.Check(output, larger.Width, larger.Height);
        var losses = _writer.Losses(larger, output);
        RefuseIfStrict(input, [.. rows.Warnings, .. losses]);
        try
        {
            var chosen = _models.HasChoice && Steps(rows.Info, larger, null).Count > 0;
            var trace = chosen ? Trace(input, rows, cancellationToken) : null;
            var models = Steps(rows.Info, larger, trace);
            var haltedShare = Upscale(input, models, rows, larger, output, haltingMap, progress, cancellationToken);
            var reason = chosen ? trace?.ToString() ?? "nothing shows that it was a JPEG" : null;
            return new FileUpscaleResult(rows.Info.Width, rows.Info.Height, larger.Width, larger.Height, haltedShare, [.. models.Select(model => model.Name)], reason)
            {
                Warnings = rows.Warnings.Count + losses.Count == 0 ? [] : [.. rows.Warnings, .. losses],
            };
        }
        catch (OutOfMemoryException exception)
        {
            throw new UpscalingException($"'{input}': memory ran out outside the tiles. Set a smaller memory budget, or free some memory.", exception) { OutOfMemory = true };
        }
    }

    // If the pixels have to be analysed and come row by row, they are read twice.
    private JpegTrace? Trace(string input, IPictureRows rows, CancellationToken cancellationToken)
    {
        var metadata = rows.Info.Metadata;
        if (JpegTrace.OfFile(metadata) is { } trace)
            return trace;
        if (rows.Whole is { } picture)
            return JpegTrace.OfPixels(new PictureRows(picture), metadata, cancellationToken);
        using var again = Open(input);
        return JpegTrace.OfPixels(again, metadata, cancellationToken);
    }

    // Derives the input's pixel limit from the output's, where possible.
    private IPictureRows Open(string input)
    {
        try
        {
            return _reader.OpenWithin(input, MaximumInputPixels);
        }
        catch (PictureFormatException exception) when (exception.TooLarge is var (width, height) && _reader.Admits(width, height))
        {
            throw ResultTooLarge(input, (long)width * _scale, (long)height * _scale);
        }
    }

    private long MaximumInputPixels => _options.TargetSize is null ? _options.MaximumOutputPixels / (_scale * _scale) : long.MaxValue;

    private PictureInfo SizeOf(PictureInfo picture)
    {
        if (_options.TargetSize is not { } size)
            return Upscaler.ResultOf(picture, _scale);
        var (width, height) = size.Of(picture.Width, picture.Height);
        return picture.Resized(width, height);
    }

    private IReadOnlyList<AvailableModel> Steps(PictureInfo picture, PictureInfo larger, JpegTrace? trace) => _options.TargetSize is null
        ? [_models.Of(_scale, trace)]
        : _models.Steps(Math.Max(Times(larger.Width, picture.Width), Times(larger.Height, picture.Height)), trace);

    private static int Times(int size, int of) => (int)(((long)size + of - 1) / of);

    private double Upscale(
        string input,
        IReadOnlyList<AvailableModel> models,
        IPictureRows rows,
        PictureInfo larger,
        string output,
        string? haltingMap,
        IProgress<UpscaleProgress>? progress,
        CancellationToken cancellationToken)
    {
        var upscaler = new RowUpscaler([.. models.Select(model => model.Loaded.Value)], _options.Upscaling);
        var drawn = new PictureInfo(larger.Width, larger.Height, PixelLayout.Rgb, 8);
        var held = rows.BytesHeld + Held(output, larger) + (haltingMap is null ? 0 : Held(haltingMap, drawn));
        var haltedShare = 0.0;
        // The map encloses the result: if writing the map fails at its end, the result exists.
        if (haltingMap is null)
            Write(null);
        else
            _writer.Write(drawn, haltingMap, _options.Overwrite, map => Write(new HeatMapRows(rows.Info, _scale, larger, map)));
        return _models.Halts ? haltedShare : 0;

        void Write(HeatMapRows? map) => _writer.Write(
            larger,
            output,
            _options.Overwrite,
            result =>
            {
                haltedShare = upscaler.Upscale(rows, larger, result, map, held, progress, cancellationToken);
                RefuseIfStrict(input, rows.Warnings);
            });
    }

    private void RefuseIfStrict(string input, IReadOnlyList<PictureWarning> warnings)
    {
        if (_options.Strict && warnings.Count > 0)
            throw new PictureFormatException($"'{input}': {string.Join(" ", warnings.Select(warning => warning.Message))} Warnings count as errors here.");
    }

    private long Held(string path, PictureInfo picture) => _writer.WritesRows(path) ? 0 : picture.Bytes;

    private void CheckSize(string input, PictureInfo larger)
    {
        if ((long)larger.Width * larger.Height > _options.MaximumOutputPixels)
            throw ResultTooLarge(input, larger.Width, larger.Height);
    }

    private PictureFormatException ResultTooLarge(string input, long width, long height) =>
        new($"'{input}' would become {width}×{height} pixels, more than the limit of {_options.MaximumOutputPixels}. Raise the limit, or split the picture.");
}

/// <summary>Result of upscaling a file.</summary>
/// <param name="InputWidth">Width of the input in pixels, upright.</param>
/// <param name="InputHeight">Height of the input in pixels, upright.</param>
/// <param name="Width">Width of the output in pixels.</param>
/// <param name="Height">Height of the output in pixels.</param>
/// <param name="HaltedShare">The share of the transformer's work that halting saved, 0 to 1; 0 if the model does not halt.</param>
/// <param name="Models">Names of the models that the picture went through, in order; empty if it was only resampled.</param>
/// <param name="Reason">Why these models were chosen, such as "it is a JPEG of quality 60"; <see langword="null"/> if there was no choice.</param>
public sealed record FileUpscaleResult(
    int InputWidth, int InputHeight, int Width, int Height, double HaltedShare, IReadOnlyList<string> Models, string? Reason)
{
    /// <summary>What got lost or was guessed on the way.</summary>
    public IReadOnlyList<PictureWarning> Warnings { get; init; } = [];
}
