using System.Diagnostics;
using AdaFormer.Batch;
using AdaFormer.Farm.Queue;
using AdaFormer.Farm.Storage;
using RabbitMQ.Client;

namespace AdaFormer.Farm;

/// <summary>Puts pictures into a farm's queue, and says what became of them.</summary>
public sealed class FarmClient : IAsyncDisposable
{
    // Publications whose confirms are waited for together.
    private const int Together = 128;
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(30);

    private readonly FarmBroker _broker;

    private FarmClient(FarmBroker broker) => _broker = broker;

    /// <summary>Connects to the broker.</summary>
    /// <param name="options">Where the queue is.</param>
    /// <param name="cancellationToken">Cancels the attempt.</param>
    /// <exception cref="ArgumentException">An option makes no sense.</exception>
    /// <exception cref="IOException">The broker cannot be reached, or refuses.</exception>
    public static async Task<FarmClient> OpenAsync(FarmOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new FarmClient(await FarmBroker.OpenAsync(options, cancellationToken));
    }

    /// <summary>
    /// Puts all pictures of a plan into the queue that are neither finished nor there already. May be stopped at any time, and called again:
    /// nothing is lost, and nothing is there twice.
    /// </summary>
    /// <param name="plan">The pictures. Paths may be <c>s3://bucket/key</c>; others must mean the same to all workers.</param>
    /// <param name="upscaler">As the workers make it from the settings; tells which pictures are finished.</param>
    /// <param name="settings">Handed to the workers, see <see cref="FarmWorker"/>.</param>
    /// <param name="progress">Called with the number of pictures that were looked at.</param>
    /// <param name="cancellationToken">Stops between pictures.</param>
    /// <exception cref="IOException">The queue exists with other settings, the connection was lost, or the output folder cannot be read.</exception>
    public async Task<FarmSubmission> SubmitAsync(BatchPlan plan, BatchUpscaler upscaler, string settings, IProgress<int>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(upscaler);
        ArgumentNullException.ThrowIfNull(settings);
        await _broker.DeclareAsync(cancellationToken);
        var ledger = await FarmLedger.ReadAsync(_broker, cancellationToken);
        using var finished = FinishedOutputs.In(plan.OutputFolder, upscaler.Settings);
        var (submitted, done, queued) = (0, 0, 0);
        var underWay = new List<Task>(Together);
        for (var index = 0; index < plan.Items.Count; index++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var item = plan.Items[index];
            var task = new FarmTask
            {
                Input = PicturePlace.Full(item.Input.Path),
                Name = item.Input.Name,
                Folder = PicturePlace.Full(plan.OutputFolder),
                Output = item.Output,
                Settings = settings,
                Fingerprint = upscaler.Settings,
                Version = await finished.VersionOf(item.Input.Path, cancellationToken),
                Deliveries = _broker.Options.MaximumDeliveries,
                StripsAbove = _broker.Options.StripsAbove,
            };
            if (ledger.Open.ContainsKey(task.Id) && !ledger.IsStuck(task.Id))
            {
                queued++;
            }
            else if (await finished.Contains(item, task.Version, cancellationToken))
            {
                done++;
            }
            else
            {
                submitted++;
                underWay.Add(SendAsync(task));
                if (underWay.Count == Together)
                    await Confirmed(underWay);
            }

            progress?.Report(index + 1);
        }

        await Confirmed(underWay);
        return new FarmSubmission(submitted, done, queued);
    }

    /// <summary>Counts the pictures by what they are at.</summary>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="IOException">There is no such queue, or the connection was lost.</exception>
    public Task<FarmStatus> StatusAsync(CancellationToken cancellationToken = default) => Guarded(async () =>
    {
        await Existing(_broker.Options.Queue, cancellationToken);
        await _broker.BindAsync(cancellationToken);
        var ledger = await FarmLedger.ReadAsync(_broker, cancellationToken);
        var queue = await Existing(_broker.Options.Queue, cancellationToken);
        var (failures, now) = (ledger.Failures, DateTimeOffset.UtcNow);
        var since = ledger.Began > now - Window ? ledger.Began.Value : now - Window;
        var recent = ledger.Times.Count(time => time >= since);
        // Strips wait behind the pictures, and come from a picture that is at work.
        var waiting = Math.Max(0, (int)queue.MessageCount - ledger.StripsLeft);
        return new FarmStatus
        {
            Waiting = waiting,
            AtWork = Math.Max(0, ledger.Open.Count - failures.Count - waiting),
            Done = ledger.Done,
            InStrips = ledger.InStrips,
            StripsLeft = ledger.StripsLeft,
            Failures = failures,
            Doubled = ledger.Doubled,
            Workers = (int)queue.ConsumerCount,
            PicturesPerHour = recent == 0 ? null : recent / (now - since).TotalHours,
        };
    });

    /// <summary>Puts all failed pictures into the queue again, with all their deliveries before them.</summary>
    /// <param name="cancellationToken">Stops between pictures.</param>
    /// <returns>How many there were.</returns>
    /// <exception cref="IOException">There is no such queue, or the connection was lost.</exception>
    public Task<int> RetryAsync(CancellationToken cancellationToken = default) => Guarded(async () =>
    {
        await Existing(_broker.FailedQueue, cancellationToken);
        await _broker.BindAsync(cancellationToken);
        await using var channel = await _broker.Connection.CreateChannelAsync(cancellationToken: cancellationToken);
        var pictures = new HashSet<string>();
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (await channel.BasicGetAsync(_broker.FailedQueue, autoAck: false, cancellationToken) is not { } failed)
                return pictures.Count;
            var id = failed.BasicProperties.MessageId ?? "";
            await _broker.PublishAsync(_broker.Options.Queue, FarmTask.IsStrip(id) ? FarmBroker.StripKey : FarmBroker.TaskKey, id, failed.Body);
            pictures.Add(FarmTask.PictureOf(id));
            await channel.BasicAckAsync(failed.DeliveryTag, multiple: false, cancellationToken);
        }
    });

    /// <summary>Closes the connection.</summary>
    public ValueTask DisposeAsync() => _broker.DisposeAsync();

    private async Task<QueueDeclareOk> Existing(string queue, CancellationToken cancellationToken) => await _broker.FindAsync(queue, cancellationToken)
        ?? throw new IOException($"The broker at {_broker.Options.Redacted} has no queue '{queue}'; `farm submit` makes it.");

    private async Task<T> Guarded<T>(Func<Task<T>> work)
    {
        try
        {
            return await work();
        }
        catch (Exception exception) when (exception is not IOException && FarmBroker.IsConnectionLoss(exception))
        {
            throw new IOException($"The broker at {_broker.Options.Redacted} does not answer as it should; perhaps it is only starting: {exception.Message}", exception);
        }
    }

    private async Task SendAsync(FarmTask task)
    {
        using var activity = FarmTelemetry.Source.StartActivity($"send {_broker.Options.Queue}", ActivityKind.Producer);
        FarmTelemetry.Describe(activity, _broker.Options, task, "send");
        await _broker.PublishAsync(_broker.Options.Queue, FarmBroker.TaskKey, task.Id, task.ToBytes(), (FarmHeaders.TraceParent, activity?.Id));
        FarmTelemetry.Sent.Add(1, FarmTelemetry.Tags(_broker.Options, "send"));
    }

    private static async Task Confirmed(List<Task> underWay)
    {
        try
        {
            await Task.WhenAll(underWay);
        }
        catch (Exception exception) when (exception is not IOException && FarmBroker.IsConnectionLoss(exception))
        {
            throw new IOException($"The connection to the broker was lost: {exception.Message} What is in the queue stays there; submit again for the rest.", exception);
        }

        underWay.Clear();
    }
}
