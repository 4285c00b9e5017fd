using System.Collections.Concurrent;
using System.Diagnostics;
using AdaFormer.Batch;
using AdaFormer.Farm.Queue;
using AdaFormer.Farm.Storage;
using AdaFormer.Files;
using AdaFormer.Imaging;

namespace AdaFormer.Farm;

/// <summary>The pictures and strips that a worker has. They outlive the connection by which they came.</summary>
internal sealed class FarmDesk(FarmOptions options, FarmWorkerOptions worker, PictureStep step, Func<FarmTask, BatchUpscaler> upscalers, IProgress<FarmEvent>? progress, CancellationTokenSource stopping) : IDisposable
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    private readonly ConcurrentDictionary<FarmEventKind, int> _counts = new();
    private readonly Dictionary<string, FarmMessage> _messages = [];
    private readonly List<Task> _running = [];
    private readonly Lock _lock = new();
    private readonly SemaphoreSlim _room = new(worker.Parallel);
    private readonly CancellationTokenSource _abandon = new();

    /// <summary>Why the worker cannot go on.</summary>
    public FarmSettingsException? Fault { get; private set; }

    public bool IsEmpty
    {
        get
        {
            lock (_lock)
                return _messages.Count == 0;
        }
    }

    public FarmWork Result() => new(Count(FarmEventKind.Done), Count(FarmEventKind.Finished), Count(FarmEventKind.Failed), Count(FarmEventKind.Retried), Count(FarmEventKind.GivenBack)) { Strips = Count(FarmEventKind.StripDone) };

    /// <summary>Begins with a picture. One that is under way, and comes again because the connection was lost, is not begun again, but acknowledged by its last delivery.</summary>
    public void Take(FarmMessage message)
    {
        FarmTelemetry.Consumed.Add(1, FarmTelemetry.Tags(options, "receive"));
        lock (_lock)
        {
            _running.RemoveAll(task => task.IsCompleted);
            var underWay = _messages.GetValueOrDefault(message.Id);
            // Who is killed while a picture is cut, tried again or given back leaves a copy of what it had.
            if (underWay?.Delivery == message.Delivery)
            {
                _running.Add(message.DropAsync());
                return;
            }

            _messages[message.Id] = message;
            if (underWay is null)
                _running.Add(Task.Run(() => RunAsync(message.Id)));
        }
    }

    /// <summary>Waits until no picture is left; those that take longer than the grace are given back.</summary>
    public async Task EmptyAsync()
    {
        Task[] running;
        lock (_lock)
            running = [.. _running];
        var all = Task.WhenAll(running);
        if (await Task.WhenAny(all, Task.Delay(worker.Grace)) != all)
            await _abandon.CancelAsync();
        await all;
    }

    public void Dispose()
    {
        _room.Dispose();
        _abandon.Dispose();
    }

    private int Count(FarmEventKind kind) => _counts.GetValueOrDefault(kind);

    private async Task RunAsync(string id)
    {
        var clock = Stopwatch.StartNew();
        Outcome outcome;
        FarmTask? task = null;
        FarmMessage message;
        lock (_lock)
            message = _messages[id];
        try
        {
            task = FarmTask.Read(message.Body);
            await _room.WaitAsync(stopping.Token);
            try
            {
                outcome = await UpscaleAsync(message, task, clock);
            }
            finally
            {
                _room.Release();
            }
        }
        catch (InvalidDataException exception)
        {
            outcome = new Outcome(FarmEventKind.Failed, exception.Message);
        }
        catch (OperationCanceledException)
        {
            outcome = new Outcome(FarmEventKind.GivenBack, null);
        }

        await SettleAsync(id, task, outcome, clock);
    }

    private async Task<Outcome> UpscaleAsync(FarmMessage message, FarmTask task, Stopwatch clock)
    {
        if (message.Before >= task.Deliveries)
            return new Outcome(FarmEventKind.Failed, FarmHeaders.WorkersDied(message.LastError));
        using var activity = FarmTelemetry.Source.StartActivity($"process {options.Queue}", ActivityKind.Consumer, message.TraceParent);
        FarmTelemetry.Describe(activity, options, task, "process");
        FarmTelemetry.Active.Add(1);
        var watch = new ProgressWatch();
        Exception? error = null;
        try
        {
            var result = await step.RunAsync(task, upscalers(task), watch, _abandon.Token);
            if (result.Record is not { } record)
                return new Outcome(result.Cut is null ? FarmEventKind.StripDone : FarmEventKind.Cut, null) { Result = result };
            var done = record.Status == BatchStatus.Done;
            if (done)
                FarmTelemetry.Pixels.Add((long)(record.Width ?? 0) * (record.Height ?? 0));
            return new Outcome(done ? FarmEventKind.Done : FarmEventKind.Finished, null) { Worked = done || result.Joined || (watch.Whole && task.Cut is null), Result = result };
        }
        catch (FarmSettingsException exception)
        {
            error = exception;
            Fault = exception;
            await stopping.CancelAsync();
            return new Outcome(FarmEventKind.GivenBack, null);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            error = exception;
            return await FailureAsync(message, task, exception);
        }
        finally
        {
            activity?.SetStatus(error is null ? ActivityStatusCode.Ok : ActivityStatusCode.Error, error?.Message);
            FarmTelemetry.Active.Add(-1);
            FarmTelemetry.Duration.Record(clock.Elapsed.TotalSeconds, FarmTelemetry.Tags(options, "process", error?.GetType().Name));
        }
    }

    private async Task<Outcome> FailureAsync(FarmMessage message, FarmTask task, Exception exception)
    {
        // No other attempt changes what the file is or what was asked for.
        var final = exception is PictureFormatException or NotSupportedException or FileExistsException or ArgumentException;
        if (final || message.Before + 1 >= task.Deliveries)
            return new Outcome(FarmEventKind.Failed, exception.Message);
        // A store or a disk that is away for a moment must not use up all attempts.
        var pause = TimeSpan.FromSeconds(Math.Min(Math.Pow(2, message.Before), LongestPause.TotalSeconds));
        await Task.Delay(pause, stopping.Token).ContinueWith(_ => { }, TaskScheduler.Default);
        return new Outcome(FarmEventKind.Retried, exception.Message);
    }

    private async Task SettleAsync(string id, FarmTask? task, Outcome outcome, Stopwatch clock)
    {
        FarmMessage message;
        lock (_lock)
        {
            message = _messages[id];
            _messages.Remove(id);
        }

        try
        {
            await (outcome.Kind switch
            {
                FarmEventKind.Done or FarmEventKind.Finished when task!.Cut is null => message.DoneAsync(outcome.Worked, clock.Elapsed.TotalSeconds),
                FarmEventKind.Done or FarmEventKind.Finished => message.StripDoneAsync(outcome.Result!.StripMade, clock.Elapsed.TotalSeconds, outcome.Worked),
                FarmEventKind.StripDone => message.StripDoneAsync(outcome.Result!.StripMade, clock.Elapsed.TotalSeconds, picture: null),
                FarmEventKind.Cut => message.CutAsync(task!.Strips(outcome.Result!.Cut!)),
                FarmEventKind.Retried => message.RetryAsync(outcome.Error!),
                FarmEventKind.Failed => message.FailAsync(outcome.Error!),
                _ => message.GiveBackAsync(),
            });
        }
        catch (Exception exception) when (FarmBroker.IsConnectionLoss(exception))
        {
            // The broker has it still, and delivers it again.
            message.Delivery.Lose(exception.Message);
        }

        if (outcome.Result is { StripMade: true, Record: not null })
            Tell(FarmEventKind.StripDone);
        Tell(outcome.Kind);

        void Tell(FarmEventKind kind)
        {
            _counts.AddOrUpdate(kind, 1, (_, count) => count + 1);
            var input = kind is FarmEventKind.Done or FarmEventKind.Finished ? task?.Input : task?.Title;
            progress?.Report(new FarmEvent(kind, input ?? id, outcome.Error, clock.Elapsed.TotalSeconds));
        }
    }

    private sealed record Outcome(FarmEventKind Kind, string? Error)
    {
        /// <summary>Whether the picture was worked on to its end.</summary>
        public bool Worked { get; init; }

        /// <summary>What was done, if nothing went wrong.</summary>
        public StepResult? Result { get; init; }
    }

    /// <summary>Sees whether a picture went through the network to its end.</summary>
    private sealed class ProgressWatch : IProgress<UpscaleProgress>
    {
        public bool Whole { get; private set; }

        public void Report(UpscaleProgress value) => Whole |= value.Share >= 1;
    }
}
