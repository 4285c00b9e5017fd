using System.Diagnostics;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Threading.Channels;
using AdaFormer.Imaging;
using AdaFormer.Web.Models;
using AdaFormer.Web.Requests;
using Microsoft.Extensions.Logging;

namespace AdaFormer.Web.Jobs;

/// <summary>The event `waiting`: how many pictures are ahead.</summary>
internal sealed record Waiting(int Ahead);

/// <summary>The event `progress`.</summary>
/// <param name="Share">The share of the work that is done, 0 to 1.</param>
/// <param name="TilesDone">Finished tiles of the picture.</param>
/// <param name="Tiles">All its tiles.</param>
/// <param name="PicturesDone">Finished pictures of the file.</param>
/// <param name="Pictures">All its pictures.</param>
/// <param name="SecondsLeft">About how long it still takes; <see langword="null"/> before the first tile is finished.</param>
internal sealed record Progress(double Share, int TilesDone, int Tiles, int PicturesDone, int Pictures, double? SecondsLeft)
{
    public static Progress Of(UpscaleProgress progress, TimeSpan elapsed) =>
        new(progress.Share, progress.TilesDone, progress.Tiles, progress.PicturesDone, progress.Pictures, progress.Share > 0 ? elapsed.TotalSeconds / progress.Share * (1 - progress.Share) : null);
}

/// <summary>The event `done`. The result is at /api/results/{id} until it is deleted, its halting map, if it has one, at /api/results/{id}/map, and what a browser can show of it, if not itself, at /api/results/{id}/view.</summary>
internal sealed record Done(
    Guid Id, string FileName, long Bytes, int InputWidth, int InputHeight, int Width, int Height, int Pictures, double Seconds, double HaltedShare,
    IReadOnlyList<string> Models, string? Reason, IReadOnlyList<PictureWarning> Warnings, bool HasMap, bool HasView, Refined? Refined)
{
    public static Done Of(Guid id, Outcome outcome)
    {
        var result = outcome.Result;
        return new Done(
            id, outcome.FileName, new FileInfo(outcome.File).Length, result.InputWidth, result.InputHeight, result.Width, result.Height, result.Pictures, outcome.Seconds,
            result.HaltedShare, result.Models, result.Reason, result.Warnings, outcome.Map is not null, outcome.View != outcome.File, Refined.Of(result.Refinement));
    }
}

/// <summary>What a second model did.</summary>
/// <param name="Share">The share of the picture that it refined, 0 to 1.</param>
/// <param name="FirstSeconds">Seconds that the first model took.</param>
/// <param name="SecondSeconds">Seconds that the second model took.</param>
internal sealed record Refined(double Share, double FirstSeconds, double SecondSeconds)
{
    public static Refined? Of(RefinementResult? result) => result is null ? null : new Refined(result.Share, result.FirstTime.TotalSeconds, result.SecondTime.TotalSeconds);
}

/// <summary>Upscales an upload and says how it goes: `waiting`, `progress`, then `done`, or `failed` with problem details.</summary>
internal sealed class JobEvents(UpscaleService service, UpscaleOrder order, Upload upload, ILogger logger)
{
    private readonly Channel<SseItem<string>> _events = Channel.CreateUnbounded<SseItem<string>>();
    private Guid? _result;

    /// <summary>Runs while it is enumerated: whoever stops cancels the work.</summary>
    public async IAsyncEnumerable<SseItem<string>> RunAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, service.Stopping);
        var work = WorkAsync(stop.Token);
        var heardAll = false;
        try
        {
            await foreach (var item in _events.Reader.ReadAllAsync(stop.Token))
                yield return item;
            heardAll = true;
        }
        finally
        {
            await stop.CancelAsync();
            await work;
            upload.Dispose();
            // Nobody knows of a result whose client left before it was told.
            if (!heardAll && _result is { } result)
                service.Results.Remove(result);
        }
    }

    private async Task WorkAsync(CancellationToken cancellationToken)
    {
        var job = new UpscaleJob(order, upload);
        try
        {
            await upload.Place.WaitAsync(ahead => Tell("waiting", new Waiting(ahead)), cancellationToken);
            var clock = Stopwatch.StartNew();
            var progress = new Listener(value => Tell("progress", Progress.Of(value, clock.Elapsed)));
            var outcome = await Task.Run(() => job.Run(views: true, progress, cancellationToken), cancellationToken);
            Learn(outcome);
            _result = service.Results.Add(upload.Keep(), outcome);
            Tell("done", Done.Of(_result.Value, outcome));
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
        }
        catch (Exception exception)
        {
            var problem = job.Problem(exception);
            Problems.Log(logger, problem, exception);
            Tell("failed", problem);
        }
        finally
        {
            upload.Place.Dispose();
            _events.Writer.Complete();
        }
    }

    private void Learn(Outcome outcome)
    {
        var factor = (int)Math.Ceiling((double)outcome.Result.Width / outcome.Result.InputWidth);
        service.Costs.Learn(new CostKey(order.ModelName, factor, order.RefineName), order.Files.Upscaling.HaltingThreshold, outcome.Result, outcome.Seconds);
    }

    private void Tell<T>(string name, T data) => _events.Writer.TryWrite(new SseItem<string>(JsonSerializer.Serialize<object>(data!, JsonSerializerOptions.Web), name));

    private sealed class Listener(Action<UpscaleProgress> report) : IProgress<UpscaleProgress>
    {
        public void Report(UpscaleProgress value) => report(value);
    }
}
