using AdaFormer.Imaging;

namespace AdaFormer.Files;

/// <summary>Upscales picture files into picture files.</summary>
public sealed class FileUpscaler
{
    private readonly UpscalingModel _model;
    private readonly Upscaler _upscaler;
    private readonly PictureReader _reader;
    private readonly PictureWriter _writer;
    private readonly FileUpscaleOptions _options;

    /// <summary>Upscales files with a model, which stays the caller's to dispose.</summary>
    /// <param name="model">The model.</param>
    /// <param name="reader">Reads the inputs; <see langword="null"/>: PNG only.</param>
    /// <param name="writer">Writes the outputs; <see langword="null"/>: PNG only.</param>
    /// <param name="options"><see langword="null"/> for the defaults.</param>
    /// <exception cref="ArgumentOutOfRangeException">The limit of the output's pixels is below 1.</exception>
    /// <exception cref="ArgumentException">The tile size or the memory budget leaves nothing beside the overlap.</exception>
    public FileUpscaler(UpscalingModel model, PictureReader? reader = null, PictureWriter? writer = null, FileUpscaleOptions? options = null)
    {
        _options = options ?? new FileUpscaleOptions();
        ArgumentOutOfRangeException.ThrowIfLessThan(_options.MaximumOutputPixels, 1, nameof(options));
        _upscaler = new Upscaler(model, _options.Upscaling);
        _model = model;
        _reader = reader ?? new PictureReader();
        _writer = writer ?? new PictureWriter();
    }

    /// <summary>Upscales a file. The output appears whole or not at all; the input is never replaced.</summary>
    /// <param name="input">The picture to read.</param>
    /// <param name="output">The picture to write; its ending chooses the format.</param>
    /// <param name="haltingMap">A picture to write of where tokens left, blue for early; <see langword="null"/>: none.</param>
    /// <param name="progress">Told after every tile.</param>
    /// <param name="cancellationToken">Stops within the tile that is being worked on, and leaves no file.</param>
    /// <exception cref="NotSupportedException">The output's format is not written here, or a halting map is asked for of a model that does not halt.</exception>
    /// <exception cref="PictureFormatException">The input is damaged, no picture that is read here, or it or its result is too large.</exception>
    /// <exception cref="UpscalingException">The model failed.</exception>
    /// <exception cref="IOException">A file cannot be read or written, exists and may not be replaced, or is both input and output.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public FileUpscaleResult Upscale(
        string input, string output, string? haltingMap = null, IProgress<UpscaleProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        foreach (var target in new[] { output, haltingMap }.OfType<string>())
            _writer.Check(target);
        if (haltingMap is not null && !_model.Description.Halts)
            throw new NotSupportedException($"The model '{_model.Description.Architecture}' does not halt, so there is no halting map to draw; ask for none.");
        Targets.Check(_options.Overwrite, [input], output, haltingMap);
        var scale = _model.Description.Scale;
        var picture = _reader.ReadWithin(input, _options.MaximumOutputPixels / (scale * scale));
        var result = _upscaler.Upscale(picture, progress, cancellationToken);
        _writer.Write(result.Picture, output, _options.Overwrite);
        if (haltingMap is not null)
            _writer.Write(HaltingHeatMap.Draw(result.HaltingDepth, picture, _model.Description.Scale), haltingMap, _options.Overwrite);
        return new FileUpscaleResult(picture.Width, picture.Height, result.Picture.Width, result.Picture.Height, result.HaltingDepth.HaltedShare);
    }
}
