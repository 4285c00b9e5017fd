using System.Diagnostics;
using AdaFormer.Imaging;

namespace AdaFormer.Files;

/// <summary>
/// Upscales picture files. Between formats that are read and written row by row it works at any size in bounded memory, strip by strip:
/// <see cref="IPictureRows.Whole"/> and <see cref="PictureWriter.WritesRows"/> tell which. Others are held whole. Pages of a document and frames of an animation are all upscaled where the output can hold them.
/// </summary>
public sealed partial class FileUpscaler
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
        if (_options.Upscaling.Refinement is { Model.Description.Scale: var second } && !models.Scales.Contains(second))
            throw new ArgumentException($"The second model makes pictures {second} times larger, which no other does: {string.Join(", ", models.Scales)}.", nameof(options));
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
        if (haltingMap is not null && !_models.Halts && _options.Upscaling.Refinement is null)
            throw new NotSupportedException($"The model '{_models.Of(_scale, null).Description.Architecture}' does not halt, so there is no halting map to draw.");
        OutputPaths.Check(_options.Overwrite, [input], output, haltingMap);
        var clock = Stopwatch.StartNew();
        try
        {
            // A map is drawn of one picture.
            using var pictures = haltingMap is null ? OpenSequence(input, output) : null;
            return pictures is null
                ? UpscaleOne(input, output, haltingMap, clock, progress, cancellationToken)
                : UpscaleAll(input, pictures, output, clock, progress, cancellationToken);
        }
        catch (OutOfMemoryException exception)
        {
            throw new UpscalingException($"'{input}': memory ran out outside the tiles. Set a smaller memory budget, or free some memory.", exception) { OutOfMemory = true };
        }
    }

    /// <summary>Estimates what upscaling a file costs, by its size and the speed of the models on this machine, each of which is tried once. Formats that are held whole are decoded for it; further pages and frames are not counted.</summary>
    /// <param name="input">The picture.</param>
    /// <exception cref="PictureFormatException">The input is damaged or not a supported picture, or it or its result is too large.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public UpscaleEstimate Estimate(string input)
    {
        using var rows = Open(input);
        var larger = SizeOf(rows.Info);
        CheckSize(input, larger);
        return Estimate(rows.Info, larger, JpegTrace.OfFile(rows.Info.Metadata));
    }

    /// <summary>Estimates what upscaling a picture of a size costs, by the speed of the models on this machine, each of which is tried once.</summary>
    /// <param name="width">Width of the picture in pixels.</param>
    /// <param name="height">Height of the picture in pixels.</param>
    /// <exception cref="ArgumentOutOfRangeException">A side is below 1.</exception>
    /// <exception cref="UpscalingException">A side of the result is too long.</exception>
    public UpscaleEstimate Estimate(int width, int height)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        var picture = new PictureInfo(width, height, PixelLayout.Rgb, 8);
        return Estimate(picture, SizeOf(picture), null);
    }

    private UpscaleEstimate Estimate(PictureInfo picture, PictureInfo larger, JpegTrace? trace) =>
        UpscaleEstimate.Of([.. Steps(picture, larger, trace).Select(model => model.Loaded.Value)], _options.Upscaling, picture, larger);

    private FileUpscaleResult UpscaleOne(string input, string output, string? haltingMap, Stopwatch clock, IProgress<UpscaleProgress>? progress, CancellationToken cancellationToken)
    {
        using var rows = Open(input);
        var job = Plan(input, rows, output, null, cancellationToken);
        var done = Upscale(input, job, rows, output, haltingMap, clock, progress, cancellationToken);
        return job.Result(rows, _models.Halts ? done.HaltedShare : 0, done.Refinement);
    }

    // All go through the models of the first, so that an animation does not change its look.
    private FileUpscaleResult UpscaleAll(string input, IPictureSequence pictures, string output, Stopwatch clock, IProgress<UpscaleProgress>? progress, CancellationToken cancellationToken)
    {
        FileUpscaleResult? result = null;
        _writer.WriteSequence(pictures.Info, output, _options.Overwrite, sink =>
        {
            Job? first = null;
            var done = 0;
            for (; pictures.Next(out var duration) is { } rows; done++)
            {
                using (rows)
                {
                    var job = Plan(input, rows, output, first, cancellationToken);
                    first ??= job;
                    // What is to be refined has to be read twice.
                    var source = Refines(job) && rows.Whole is null ? new PictureRows(PictureRows.ReadAll(rows)) : rows;
                    var details = Refines(job) ? DetailMap.Of(source, cancellationToken) : null;
                    using var target = sink.Begin(job.Larger, duration);
                    var part = new SequenceProgress(progress, done, pictures.Info.Count);
                    var (haltedShare, refinement) = new RowUpscaler(job.Loaded, _options.Upscaling).Upscale(source, job.Larger, target, null, details, source.BytesHeld + Held(output, job.Larger), clock, part, cancellationToken);
                    target.Complete();
                    RefuseIfStrict(input, rows.Warnings);
                    result = job.Result(rows, _models.Halts ? haltedShare : 0, refinement).After(result);
                    clock.Restart();
                }
            }
        });
        return result!;
    }

    private IPictureSequence? OpenSequence(string input, string output)
    {
        if (!Enum.GetValues<SequenceKind>().Any(kind => _writer.WritesSequence(output, kind)))
            return null;
        var pictures = Within(input, limit => _reader.OpenSequenceWithin(input, limit));
        if (pictures is null || _writer.WritesSequence(output, pictures.Info.Kind))
            return pictures;
        pictures.Dispose();
        return null;
    }

    private Job Plan(string input, IPictureRows rows, string output, Job? first, CancellationToken cancellationToken)
    {
        var larger = SizeOf(rows.Info);
        CheckSize(input, larger);
        _writer.Check(output, larger.Width, larger.Height);
        var losses = _writer.Losses(larger, output);
        var expected = Steps(rows.Info, larger, null);
        if (_options.Upscaling.Refinement is { Model.Description.Scale: var scale } && expected.Count > 0 && expected[0].Description.Scale != scale)
            losses = [.. losses, new PictureWarning(PictureWarning.NotRefined, $"Nothing was refined: the second model makes pictures {scale} times larger, and this one went through a model of {expected[0].Description.Scale}.")];
        RefuseIfStrict(input, [.. rows.Warnings, .. losses]);
        var chosen = _models.HasChoice && expected.Count > 0;
        var trace = first is not null ? first.Trace : chosen ? Trace(input, rows, cancellationToken) : null;
        return new Job(larger, losses, Steps(rows.Info, larger, trace), trace, chosen ? trace?.ToString() ?? "nothing shows that it was a JPEG" : null);
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

    private IPictureRows Open(string input) => Within(input, limit => _reader.OpenWithin(input, limit));

    // Derives the input's pixel limit from the output's, where possible.
    private T Within<T>(string input, Func<long, T> open)
    {
        try
        {
            return open(MaximumInputPixels);
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

    private (double HaltedShare, RefinementResult? Refinement) Upscale(
        string input, Job job, IPictureRows rows, string output, string? haltingMap, Stopwatch clock, IProgress<UpscaleProgress>? progress, CancellationToken cancellationToken)
    {
        var upscaler = new RowUpscaler(job.Loaded, _options.Upscaling);
        var (mapScale, mapSize) = _options.SmallHaltingMap ? (1, rows.Info) : (_scale, job.Larger);
        var drawn = new PictureInfo(mapSize.Width, mapSize.Height, PixelLayout.Rgb, 8);
        var held = rows.BytesHeld + Held(output, job.Larger) + (haltingMap is null ? 0 : Held(haltingMap, drawn));
        var details = Refines(job) ? DetailsOf(input, rows, cancellationToken) : null;
        (double HaltedShare, RefinementResult? Refinement) done = default;
        // The map encloses the result: if writing the map fails at its end, the result exists.
        if (haltingMap is null)
            Write(null);
        else
            _writer.Write(drawn, haltingMap, _options.Overwrite, map => Write(new HeatMapRows(rows.Info, mapScale, drawn, map)));
        return done;

        void Write(HeatMapRows? map) => _writer.Write(
            job.Larger,
            output,
            _options.Overwrite,
            result =>
            {
                done = upscaler.Upscale(rows, job.Larger, result, map, details, held, clock, progress, cancellationToken);
                RefuseIfStrict(input, rows.Warnings);
            });
    }

    private bool Refines(Job job) => job.Models.Count > 0 && _options.Upscaling.Refinement?.Fits(job.Loaded[0]) == true;

    // If the picture comes row by row, it is read twice.
    private DetailMap DetailsOf(string input, IPictureRows rows, CancellationToken cancellationToken)
    {
        if (rows.Whole is not null)
            return DetailMap.Of(rows, cancellationToken);
        using var again = Open(input);
        return DetailMap.Of(again, cancellationToken);
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

    /// <summary>What is to be done with a picture.</summary>
    private sealed record Job(PictureInfo Larger, IReadOnlyList<PictureWarning> Losses, IReadOnlyList<AvailableModel> Models, JpegTrace? Trace, string? Reason)
    {
        public IReadOnlyList<UpscalingModel> Loaded => [.. Models.Select(model => model.Loaded.Value)];

        public FileUpscaleResult Result(IPictureRows rows, double haltedShare, RefinementResult? refinement) =>
            new(rows.Info.Width, rows.Info.Height, Larger.Width, Larger.Height, haltedShare, [.. Models.Select(model => model.Name)], Reason)
            {
                Warnings = rows.Warnings.Count + Losses.Count == 0 ? [] : [.. rows.Warnings, .. Losses],
                Refinement = refinement,
            };
    }

    private sealed class SequenceProgress(IProgress<UpscaleProgress>? whole, int done, int count) : IProgress<UpscaleProgress>
    {
        public void Report(UpscaleProgress value) => whole?.Report(value with { PicturesDone = done, Pictures = count });
    }
}
