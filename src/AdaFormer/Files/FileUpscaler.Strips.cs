using AdaFormer.Imaging;
using AdaFormer.IO;

namespace AdaFormer.Files;

/// <content>A file in strips: cut, upscaled apart, and put together to what <see cref="Upscale(string, string, string?, IProgress{UpscaleProgress}?, CancellationToken)"/> makes.</content>
public sealed partial class FileUpscaler
{
    // So that a picture just beyond the limit is shared out too, and little is lost with a strip.
    private const int StripsInLimit = 4;

    /// <summary>
    /// Cuts a picture whose result is large; it has been read to its end then, so that all strips can be. Animations, pages, what a second
    /// model refines and what takes more models than one are not cut.
    /// </summary>
    /// <param name="input">The picture.</param>
    /// <param name="output">The file that it is to become.</param>
    /// <param name="pixels">Results with no more pixels are not cut. A strip has about a quarter of that, in whole rows of tiles.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <returns>The cut; <see langword="null"/> if the picture is to be upscaled whole.</returns>
    /// <exception cref="Exception">As of <see cref="Upscale(string, string, string?, IProgress{UpscaleProgress}?, CancellationToken)"/> for the input.</exception>
    internal PictureCut? Cut(string input, string output, long pixels, CancellationToken cancellationToken)
    {
        using var rows = Open(input);
        var larger = SizeOf(rows.Info);
        if ((long)larger.Width * larger.Height <= pixels || HasMore(input, output))
            return null;
        var hash = FileHash.Of(input);
        var job = Plan(input, rows, output, null, cancellationToken);
        if (job.Models.Count != 1 || Refines(job))
            return null;
        var model = job.Models[0].Description;
        var made = Upscaler.ResultOf(rows.Info, model.Scale);
        // As one process with this machine's memory does it.
        var resampled = (made.Width, made.Height) == (larger.Width, larger.Height) ? 0 : ResampleStage.HeldBytes(made, larger);
        var options = _options.Upscaling with { TileSize = TilePlan.SizeOfRows(model, rows.Info, _options.Upscaling, rows.BytesHeld + Held(output, larger) + resampled) };
        var ends = EndsOf(TilePlan.OfRows([(model, rows.Info)], options, mapRowBytes: 0, held: 0)[0], pixels / StripsInLimit / made.Width / model.Scale);
        if (ends.Count < 2)
            return null;
        ReadToEnd(input, rows, cancellationToken);
        return new PictureCut(hash, options.TileSize.Value, ends);
    }

    /// <summary>Upscales a strip into a <see cref="StripFile"/>.</summary>
    /// <param name="input">The picture.</param>
    /// <param name="output">The file that it is to become.</param>
    /// <param name="cut">Its cut.</param>
    /// <param name="strip">Index of the strip.</param>
    /// <param name="path">The strip's file.</param>
    /// <param name="progress">Called after every tile.</param>
    /// <param name="cancellationToken">Stops within the current tile, and leaves no file.</param>
    /// <exception cref="IOException">The picture is not the one that was cut, or a file cannot be read or written.</exception>
    /// <exception cref="Exception">As of <see cref="Upscale(string, string, string?, IProgress{UpscaleProgress}?, CancellationToken)"/>.</exception>
    internal void UpscaleStrip(string input, string output, PictureCut cut, int strip, string path, IProgress<UpscaleProgress>? progress, CancellationToken cancellationToken)
    {
        using var rows = Open(input);
        var model = Plan(input, rows, output, null, cancellationToken).Loaded[0];
        var (top, end) = cut.RowsOf(strip);
        var made = Upscaler.ResultOf(rows.Info with { Height = end - top }, model.Description.Scale);
        var upscaler = new StripUpscaler(model, _options.Upscaling with { TileSize = cut.TileSize });
        StripFile.Write(path, made, sink =>
        {
            var blocksRun = upscaler.Upscale(rows, top, end, sink, progress, cancellationToken);
            RefuseIfChanged(input, cut);
            return blocksRun;
        });
    }

    /// <summary>Makes the output of its strips.</summary>
    /// <param name="input">The picture.</param>
    /// <param name="output">The picture to write.</param>
    /// <param name="cut">Its cut.</param>
    /// <param name="strips">The files of all strips, in order.</param>
    /// <param name="cancellationToken">Stops, and leaves no file.</param>
    /// <inheritdoc cref="UpscaleStrip" path="/exception"/>
    internal FileUpscaleResult Join(string input, string output, PictureCut cut, IReadOnlyList<string> strips, CancellationToken cancellationToken)
    {
        OutputPaths.Check(_options.Overwrite, [input], output);
        RefuseIfChanged(input, cut);
        using var rows = Open(input);
        var job = Plan(input, rows, output, null, cancellationToken);
        ReadToEnd(input, rows, cancellationToken);
        var model = job.Models[0].Description;
        var made = Upscaler.ResultOf(rows.Info, model.Scale);
        var blocksRun = 0L;
        _writer.Write(job.Larger, output, _options.Overwrite, result =>
        {
            Action<Picture, int> next = (made.Width, made.Height) == (job.Larger.Width, job.Larger.Height) ? result.WriteRow : new ResampleStage(made, job.Larger, result.WriteRow).WriteRow;
            var row = made.NewPicture(1);
            foreach (var path in strips)
            {
                using var strip = StripFile.Open(path);
                blocksRun += strip.BlocksRun;
                for (var y = 0; y < strip.Height; y++)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    strip.ReadRow(row);
                    next(row, 0);
                }
            }
        });
        return job.Result(rows, _models.Halts ? UpscaleStage.ShareOf(blocksRun, rows.Info, model.Blocks) : 0, null);
    }

    private bool HasMore(string input, string output)
    {
        using var pictures = OpenSequence(input, output);
        return pictures is not null;
    }

    // What is damaged, or is to be warned of, shows here.
    private void ReadToEnd(string input, IPictureRows rows, CancellationToken cancellationToken)
    {
        var row = rows.Info.NewPicture(1);
        for (var y = 0; y < rows.Info.Height; y++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            rows.ReadRow(row, 0);
        }

        RefuseIfStrict(input, rows.Warnings);
    }

    private static void RefuseIfChanged(string input, PictureCut cut)
    {
        if (FileHash.Of(input) != cut.InputSha256)
            throw new IOException($"'{input}' changed after it was cut into strips; submit it again when it is complete.");
    }

    /// <param name="tiles">The rows of tiles.</param>
    /// <param name="height">Rows of the picture that a strip has at most, unless one row of tiles has more.</param>
    private static List<int> EndsOf(IReadOnlyList<Strip> tiles, long height)
    {
        var ends = new List<int>();
        var top = 0;
        foreach (var row in tiles)
        {
            var end = row.CoreTop + row.CoreHeight;
            if (ends.Count > 0 && end - top <= height)
            {
                ends[^1] = end;
                continue;
            }

            top = row.CoreTop;
            ends.Add(end);
        }

        return ends;
    }
}
