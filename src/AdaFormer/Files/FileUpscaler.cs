using AdaFormer.Imaging;

namespace AdaFormer.Files;

/// <summary>
/// Upscales picture files into picture files. A PNG becomes a PNG of any size in bounded memory: rows are read, upscaled and written strip
/// by strip. Other formats are read or written in one piece.
/// </summary>
public sealed class FileUpscaler
{
    private readonly Upscaler _upscaler;
    private readonly PictureReader _reader;
    private readonly PictureWriter _writer;
    private readonly FileUpscaleOptions _options;

    /// <summary>Upscales files with a model, which stays the caller's to dispose.</summary>
    /// <param name="model">The model.</param>
    /// <param name="reader">Reads the inputs; <see langword="null"/>: PNG only.</param>
    /// <param name="writer">Writes the outputs; <see langword="null"/>: PNG only.</param>
    /// <param name="options"><see langword="null"/> for the defaults.</param>
    /// <exception cref="ArgumentException">The tile size or the memory budget leaves nothing beside the overlap.</exception>
    public FileUpscaler(UpscalingModel model, PictureReader? reader = null, PictureWriter? writer = null, FileUpscaleOptions? options = null)
    {
        _options = options ?? new FileUpscaleOptions();
        _upscaler = new Upscaler(model, _options.Upscaling);
        _reader = reader ?? new PictureReader();
        _writer = writer ?? new PictureWriter();
    }

    /// <summary>Upscales a file. The output appears whole or not at all; the input is never replaced.</summary>
    /// <param name="input">The picture to read.</param>
    /// <param name="output">The picture to write; its ending chooses the format.</param>
    /// <param name="haltingMap">A picture to write of where tokens left, blue for early; <see langword="null"/>: none.</param>
    /// <param name="progress">Told after every tile.</param>
    /// <param name="cancellationToken">Stops within the tile that is being worked on, and leaves no file.</param>
    /// <exception cref="NotSupportedException">The output's format is not written here.</exception>
    /// <exception cref="PictureFormatException">The input is damaged, no picture that is read here, or too large.</exception>
    /// <exception cref="UpscalingException">The model failed, the result would be too large, or memory ran out or is too short for the budget.</exception>
    /// <exception cref="IOException">A file cannot be read or written, exists and may not be replaced, or is both input and output.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public FileUpscaleResult Upscale(
        string input, string output, string? haltingMap = null, IProgress<UpscaleProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        foreach (var target in new[] { output, haltingMap }.OfType<string>())
            _writer.Check(target);
        Targets.Check(_options.Overwrite, [input], output, haltingMap);
        using var rows = _reader.Open(input);
        var larger = _upscaler.ResultOf(rows.Info);
        CheckSize(input, larger);
        var drawn = new PictureInfo(larger.Width, larger.Height, PixelLayout.Rgb, 8);
        var held = rows.BytesHeld + Held(output, larger) + (haltingMap is null ? 0 : Held(haltingMap, drawn));
        var haltedShare = 0.0;
        try
        {
            // The map around the result: when writing the map fails at its end, the result is there.
            if (haltingMap is null)
                Write(null);
            else
                _writer.Write(drawn, haltingMap, _options.Overwrite, Write);
        }
        catch (OutOfMemoryException exception)
        {
            throw new UpscalingException($"'{input}': memory ran out beside the tiles. Give a smaller memory budget, or free some memory.", exception) { OutOfMemory = true };
        }

        return new FileUpscaleResult(rows.Info.Width, rows.Info.Height, larger.Width, larger.Height, haltedShare);

        void Write(IPictureSink? map) => _writer.Write(
            larger, output, _options.Overwrite, result => haltedShare = _upscaler.Upscale(rows, result, map, held, progress, cancellationToken));
    }

    private long Held(string path, PictureInfo picture) => _writer.WritesRows(path) ? 0 : picture.Bytes;

    private void CheckSize(string input, PictureInfo larger)
    {
        if ((long)larger.Width * larger.Height > _options.MaximumOutputPixels)
            throw new UpscalingException($"'{input}' would become {larger.Width}×{larger.Height} pixels, more than the limit of {_options.MaximumOutputPixels}. Raise the limit, or cut the picture into parts.");
    }
}
