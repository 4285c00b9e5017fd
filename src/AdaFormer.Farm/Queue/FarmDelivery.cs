using RabbitMQ.Client;
using RabbitMQ.Client.Events;
using RabbitMQ.Client.Exceptions;

namespace AdaFormer.Farm.Queue;

/// <summary>A consumer of the queue on a channel of its own, and its deliveries, which are good as long as it is connected.</summary>
internal sealed class FarmDelivery : IAsyncDisposable
{
    private readonly IChannel _channel;
    private string _tag = "";
    private string? _lost;

    private FarmDelivery(FarmBroker broker, IChannel channel) => (Broker, _channel) = (broker, channel);

    public FarmBroker Broker { get; }

    /// <param name="broker">The connection.</param>
    /// <param name="parallel">Deliveries that are not yet acknowledged, at most.</param>
    /// <param name="take">Gets each message; must not wait.</param>
    /// <param name="cancellationToken">Cancels the start.</param>
    public static async Task<FarmDelivery> StartAsync(FarmBroker broker, int parallel, Action<FarmMessage> take, CancellationToken cancellationToken)
    {
        var channel = await broker.Connection.CreateChannelAsync(cancellationToken: cancellationToken);
        var delivery = new FarmDelivery(broker, channel);
        await channel.BasicQosAsync(0, (ushort)Math.Min(parallel, ushort.MaxValue), global: false, cancellationToken);
        var consumer = new AsyncEventingBasicConsumer(channel);
        consumer.ReceivedAsync += (_, message) =>
        {
            // The library takes body and properties back after this call.
            take(new FarmMessage(delivery, message.DeliveryTag, message.BasicProperties.MessageId ?? "", message.Body.ToArray(), FarmHeaders.DeliveredBefore(message.BasicProperties), FarmHeaders.Text(message.BasicProperties, FarmHeaders.Error), FarmHeaders.Text(message.BasicProperties, FarmHeaders.TraceParent)));
            return Task.CompletedTask;
        };
        channel.ChannelShutdownAsync += (_, reason) =>
        {
            delivery.Lose(reason.ReplyText);
            return Task.CompletedTask;
        };
        delivery._tag = await channel.BasicConsumeAsync(broker.Options.Queue, autoAck: false, consumer, cancellationToken);
        return delivery;
    }

    /// <exception cref="IOException">The broker closed the connection or the channel.</exception>
    public void ThrowIfLost()
    {
        if (_lost is not null || !_channel.IsOpen || !Broker.Channel.IsOpen)
            throw new IOException($"The connection to the broker was lost: {_lost ?? Broker.Channel.CloseReason?.ReplyText}");
    }

    /// <summary>Nothing more can be settled: the worker has to connect again, and gets what is not.</summary>
    public void Lose(string reason) => _lost ??= reason;

    public Task CancelAsync() => _channel.BasicCancelAsync(_tag);

    public ValueTask AcknowledgeAsync(ulong tag) => _channel.BasicAckAsync(tag, multiple: false);

    public async ValueTask DisposeAsync()
    {
        try
        {
            await _channel.DisposeAsync();
        }
        catch (Exception exception) when (exception is OperationInterruptedException or AlreadyClosedException)
        {
            // It is closed already.
        }
    }
}

/// <summary>A picture, or a strip, that the queue delivered.</summary>
/// <param name="Delivery">By which it came.</param>
/// <param name="Tag">Its number there.</param>
/// <param name="Id">The task's message id.</param>
/// <param name="Body">The task.</param>
/// <param name="Before">How often it was delivered before.</param>
/// <param name="LastError">What went wrong last.</param>
/// <param name="TraceParent">Trace context of who submitted.</param>
internal sealed record FarmMessage(FarmDelivery Delivery, ulong Tag, string Id, byte[] Body, int Before, string? LastError, string? TraceParent)
{
    private FarmBroker Broker => Delivery.Broker;

    /// <summary>The output is whole.</summary>
    /// <param name="worked">Whether this worker did the work, to its end.</param>
    /// <param name="seconds">Its time.</param>
    public Task DoneAsync(bool worked, double seconds) => SettleAsync(() => PublishDoneAsync(FarmTask.PictureOf(Id), worked, seconds));

    /// <summary>The strip is whole.</summary>
    /// <param name="seconds">Its time.</param>
    /// <param name="worked">Whether this worker did the work.</param>
    /// <param name="picture">Whether this worker put the picture together too, or found it so; <see langword="null"/>: other strips are missing.</param>
    public Task StripDoneAsync(bool worked, double seconds, bool? picture) => SettleAsync(async () =>
    {
        await PublishDoneAsync(Id, worked, seconds);
        if (picture is { } joined)
            await PublishDoneAsync(FarmTask.PictureOf(Id), joined, seconds);
    });

    /// <summary>The picture is cut: its strips take its place.</summary>
    public Task CutAsync(IEnumerable<FarmTask> strips) => SettleAsync(() => Task.WhenAll(strips.Select(strip =>
        Broker.PublishAsync(Broker.Options.Queue, FarmBroker.StripKey, strip.MessageId, strip.ToBytes(), (FarmHeaders.TraceParent, TraceParent)))));

    /// <summary>Another attempt may succeed.</summary>
    public Task RetryAsync(string error) => SettleAsync(() => PublishAgainAsync(Before + 1, error));

    /// <summary>No other attempt.</summary>
    public Task FailAsync(string error) => SettleAsync(() => Broker.PublishAsync(Broker.Options.Queue, FarmBroker.FailedKey, Id, Body, (FarmHeaders.Attempts, Before + 1), (FarmHeaders.Error, error)));

    /// <summary>It is a copy of one that this worker has.</summary>
    public async Task DropAsync()
    {
        try
        {
            await Delivery.AcknowledgeAsync(Tag);
        }
        catch (Exception exception) when (FarmBroker.IsConnectionLoss(exception))
        {
            Delivery.Lose(exception.Message);
        }
    }

    /// <summary>It was not tried to the end. A copy, because the queue would count a return as a failure.</summary>
    public Task GiveBackAsync() => SettleAsync(() => PublishAgainAsync(Before, LastError));

    private Task PublishDoneAsync(string id, bool worked, double seconds) =>
        Broker.PublishAsync(Broker.Options.Queue, FarmBroker.DoneKey, id, Array.Empty<byte>(), (FarmHeaders.Worked, worked ? 1 : 0), ("seconds", seconds), ("worker", Environment.MachineName));

    private Task PublishAgainAsync(int attempts, string? error) =>
        Broker.PublishAsync("", Broker.Options.Queue, Id, Body, (FarmHeaders.Attempts, attempts), (FarmHeaders.Error, error), (FarmHeaders.TraceParent, TraceParent));

    // Killed in between, it is there twice, which the second worker sees by the finished output; never not at all.
    private async Task SettleAsync(Func<Task> publish)
    {
        await publish();
        await Delivery.AcknowledgeAsync(Tag);
    }
}
