using System.Collections.Concurrent;
using System.Diagnostics;
using AdaFormer.Batch;
using AdaFormer.Farm.Queue;
using AdaFormer.Farm.Storage;

namespace AdaFormer.Farm;

/// <summary>
/// Takes pictures from a farm's queue and upscales them until it is stopped. A picture leaves the queue when its output is whole; if the worker
/// dies, another gets it.
/// </summary>
public sealed class FarmWorker
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan FirstPatience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(200);

    private readonly FarmOptions _options;
    private readonly FarmWorkerOptions _worker;
    private readonly ConcurrentDictionary<string, Lazy<BatchUpscaler>> _upscalers = new();
    private readonly Func<string, BatchUpscaler> _makeUpscaler;

    /// <summary>Creates a worker.</summary>
    /// <param name="options">Where the queue is.</param>
    /// <param name="upscalers">Makes an upscaler of the settings that were given to <see cref="FarmClient.SubmitAsync"/>, once for each; what it loads is the caller's to dispose.</param>
    /// <param name="worker"><see langword="null"/> for the defaults.</param>
    /// <exception cref="ArgumentException">An option makes no sense.</exception>
    public FarmWorker(FarmOptions options, Func<string, BatchUpscaler> upscalers, FarmWorkerOptions? worker = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(upscalers);
        options.Check();
        (_options, _makeUpscaler, _worker) = (options, upscalers, worker ?? new FarmWorkerOptions());
        _worker.Check();
    }

    /// <summary>Works until it is stopped, or has had nothing to do for <see cref="FarmWorkerOptions.Idle"/>.</summary>
    /// <param name="progress">Called for everything that happens, from any thread.</param>
    /// <param name="stop">Stops it: it takes no more pictures, finishes those that it has or, after <see cref="FarmWorkerOptions.Grace"/>, gives them back.</param>
    /// <exception cref="IOException">The broker cannot be reached within half a minute at the beginning. Later it tries until it can.</exception>
    /// <exception cref="FarmSettingsException">This worker cannot upscale as was submitted: it has another model or version, or lacks something. The pictures go back to the queue.</exception>
    public async Task<FarmWork> RunAsync(IProgress<FarmEvent>? progress = null, CancellationToken stop = default)
    {
        Scratch.RemoveLeftovers();
        using var step = new PictureStep();
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(stop);
        using var desk = new FarmDesk(_options, _worker, step, UpscalerFor, progress, stopping);
        var (pause, connected, clock) = (Step, false, Stopwatch.StartNew());
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                await using var broker = await FarmBroker.OpenAsync(_options, stopping.Token);
                await ServeAsync(broker, desk, progress, stopping, () => (connected, pause) = (true, Step));
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
            }
            catch (Exception exception) when (FarmBroker.IsConnectionLoss(exception) && (connected || clock.Elapsed < FirstPatience))
            {
                progress?.Report(new FarmEvent(FarmEventKind.Disconnected, null, exception.Message, null));
                await Task.Delay(pause, stopping.Token).ContinueWith(_ => { }, TaskScheduler.Default);
                pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
            }
        }

        await desk.EmptyAsync();
        return desk.Fault is null ? desk.Result() : throw desk.Fault;
    }

    private async Task ServeAsync(FarmBroker broker, FarmDesk desk, IProgress<FarmEvent>? progress, CancellationTokenSource stopping, Action connected)
    {
        await broker.DeclareAsync(stopping.Token);
        if (broker.IgnoresConsumerTimeout)
            progress?.Report(new FarmEvent(FarmEventKind.Warning, null, "this broker is older than 3.12 and takes pictures of more than 30 minutes from their workers, unless consumer_timeout in its rabbitmq.conf is longer", null));
        await using var delivery = await FarmDelivery.StartAsync(broker, _worker.Parallel, desk.Take, stopping.Token);
        connected();
        progress?.Report(new FarmEvent(FarmEventKind.Connected, null, null, null));
        var idle = Stopwatch.StartNew();
        while (!stopping.IsCancellationRequested)
        {
            delivery.ThrowIfLost();
            await Task.Delay(Step, CancellationToken.None);
            if (!desk.IsEmpty)
                idle.Restart();
            else if (idle.Elapsed > _worker.Idle)
                await stopping.CancelAsync();
        }

        // Still connected, so that what is finished now is acknowledged.
        await delivery.CancelAsync();
        await desk.EmptyAsync();
    }

    private BatchUpscaler UpscalerFor(FarmTask task)
    {
        BatchUpscaler upscaler;
        try
        {
            upscaler = _upscalers.GetOrAdd(task.Settings, settings => new Lazy<BatchUpscaler>(() => _makeUpscaler(settings))).Value;
        }
        catch (Exception exception)
        {
            throw new FarmSettingsException($"This worker cannot upscale as '{task.Input}' was submitted: {exception.Message}", exception);
        }

        return upscaler.Settings == task.Fingerprint ? upscaler : throw new FarmSettingsException(
            $"This worker's model or options are not those that '{task.Input}' was submitted with. Give all machines the same version of AdaFormer and the same models.");
    }
}

/// <summary>A worker cannot upscale as was submitted.</summary>
/// <param name="message">Why, and what to do.</param>
/// <param name="innerException">The cause.</param>
public sealed class FarmSettingsException(string message, Exception? innerException = null) : Exception(message, innerException);
