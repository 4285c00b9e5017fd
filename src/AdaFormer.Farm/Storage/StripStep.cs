using AdaFormer.Batch;
using AdaFormer.Farm.Queue;
using AdaFormer.Files;

namespace AdaFormer.Farm.Storage;

/// <summary>
/// Upscales a strip. Whoever adds the last one puts the picture together, and removes the strips. So may two who add the last ones at the same
/// time; the first output stands. A strip that is there is not made again, so a worker may be killed at any moment.
/// </summary>
internal sealed class StripStep(FarmTask task, BatchItem item, OutputPlace output, StripPlace strips, FileUpscaler files)
{
    private readonly PictureCut _cut = task.Cut!;
    private bool _made;
    private bool _joined;

    public async Task<StepResult> RunAsync(IProgress<UpscaleProgress> progress, CancellationToken cancellationToken)
    {
        var record = await FinishedAsync(cancellationToken);
        try
        {
            record ??= await WorkAsync(progress, cancellationToken);
        }
        catch (IOException)
        {
            // Another worker may have put it together meanwhile, and removed the strips.
            record = await FinishedAsync(cancellationToken);
            if (record is null)
                throw;
        }

        return new StepResult(record) { StripMade = _made, Joined = _joined };
    }

    private async Task<BatchRecord?> WorkAsync(IProgress<UpscaleProgress> progress, CancellationToken cancellationToken)
    {
        if (!(await strips.ListAsync(cancellationToken)).Contains(task.Strip))
            await strips.AddAsync(task.Strip, Upscale, cancellationToken);
        if ((await strips.ListAsync(cancellationToken)).Count < _cut.Count)
            return await FinishedAsync(cancellationToken);
        var all = await strips.FilesAsync(_cut.Count, cancellationToken);
        var record = await output.MakeAsync(Join, cancellationToken);
        await strips.RemoveAsync(cancellationToken);
        return record;

        void Upscale(string path)
        {
            files.UpscaleStrip(item.Input.Path, item.Output, _cut, task.Strip, path, progress, cancellationToken);
            _made = true;
        }

        FileUpscaleResult Join(FileUpscaler upscaler, string input, string to)
        {
            var result = upscaler.Join(input, to, _cut, all, cancellationToken);
            _joined = true;
            return result;
        }
    }

    // Strips that are there yet are those of a worker that was killed before it removed them, or of one that came late.
    private async Task<BatchRecord?> FinishedAsync(CancellationToken cancellationToken)
    {
        var finished = await output.FinishedAsync(_cut.InputSha256, cancellationToken);
        if (finished is not null)
            await strips.RemoveAsync(cancellationToken);
        return finished;
    }
}
