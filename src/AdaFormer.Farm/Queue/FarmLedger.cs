using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace AdaFormer.Farm.Queue;

/// <summary>What the record says of every picture, by replaying it from its beginning.</summary>
internal sealed class FarmLedger
{
    private const ushort Ahead = 2000;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private readonly Dictionary<string, string?> _open = [];
    private readonly Dictionary<string, bool> _done = [];
    private readonly List<DateTimeOffset> _times = [];
    private readonly Dictionary<string, FarmFailure> _failures = [];
    private readonly Dictionary<string, HashSet<string>> _strips = [];
    private readonly Dictionary<string, bool> _doneStrips = [];

    /// <summary>Pictures that were submitted and are not done, with the error of those that failed.</summary>
    public IReadOnlyDictionary<string, string?> Open => _open;

    /// <summary>Number of pictures that were done since the queue was last empty.</summary>
    public int Done => _done.Count;

    /// <summary>How often a picture or a strip was worked on to its end although it was done already.</summary>
    public int Doubled { get; private set; }

    /// <summary>When the first picture was submitted since the queue was last empty.</summary>
    public DateTimeOffset? Began { get; private set; }

    /// <summary>When the pictures were done, in order.</summary>
    public IReadOnlyList<DateTimeOffset> Times => _times;

    /// <summary>The failed pictures' inputs and errors.</summary>
    public IReadOnlyList<FarmFailure> Failures => [.. _failures.Values.OrderBy(failure => failure.Input, StringComparer.Ordinal)];

    /// <summary>Number of pictures whose strips workers share, those that failed left out.</summary>
    public int InStrips => _strips.Keys.Count(picture => !_failures.ContainsKey(picture));

    /// <summary>Number of strips that are not done and have not failed.</summary>
    public int StripsLeft => _strips.Values.Sum(left => left.Count);

    /// <summary>Whether all strips of a picture are done, but not the picture: somebody deleted one before they were put together.</summary>
    public bool IsStuck(string picture) => _strips.TryGetValue(picture, out var left) && left.Count == 0 && !_failures.ContainsKey(picture);

    /// <summary>Reads all of the record that there is now.</summary>
    public static async Task<FarmLedger> ReadAsync(FarmBroker broker, CancellationToken cancellationToken)
    {
        var ledger = new FarmLedger();
        // A stream has no end: what is put there now is the end.
        var mark = Guid.NewGuid().ToString("N");
        await broker.PublishAsync(broker.Options.Queue, FarmBroker.MarkKey, mark, ReadOnlyMemory<byte>.Empty);
        await using var channel = await broker.Connection.CreateChannelAsync(cancellationToken: cancellationToken);
        await channel.BasicQosAsync(0, Ahead, global: false, cancellationToken);
        var end = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var consumer = new AsyncEventingBasicConsumer(channel);
        var count = 0;
        consumer.ReceivedAsync += async (_, message) =>
        {
            if (message.RoutingKey == FarmBroker.MarkKey && message.BasicProperties.MessageId == mark)
                end.TrySetResult();
            else if (!end.Task.IsCompleted)
                ledger.Take(message);
            if (++count % (Ahead / 2) == 0)
                await channel.BasicAckAsync(message.DeliveryTag, multiple: true);
        };
        consumer.ShutdownAsync += (_, reason) =>
        {
            end.TrySetException(new IOException($"The connection to the broker was lost: {reason.ReplyText}"));
            return Task.CompletedTask;
        };
        await channel.BasicConsumeAsync(broker.Record, autoAck: false, "", noLocal: false, exclusive: false, new Dictionary<string, object?> { ["x-stream-offset"] = "first" }, consumer, cancellationToken);
        try
        {
            await end.Task.WaitAsync(Patience, cancellationToken);
        }
        catch (TimeoutException exception)
        {
            throw new IOException($"The record '{broker.Record}' was not read to its end within {Patience.TotalMinutes:F0} minutes.", exception);
        }

        return ledger;
    }

    private void Take(BasicDeliverEventArgs message)
    {
        if (message.BasicProperties.MessageId is not { } id)
            return;
        var time = DateTimeOffset.FromUnixTimeMilliseconds(message.BasicProperties.Timestamp.UnixTime);
        switch (message.RoutingKey)
        {
            case FarmBroker.TaskKey:
                Submitted(id, time);
                break;
            case FarmBroker.StripKey when _open.ContainsKey(FarmTask.PictureOf(id)):
                StripSubmitted(id, FarmTask.PictureOf(id));
                break;
            case FarmBroker.FailedKey when _open.ContainsKey(FarmTask.PictureOf(id)):
                Failed(id, FarmTask.PictureOf(id), message);
                break;
            case FarmBroker.DoneKey when FarmTask.IsStrip(id):
                StripFinished(id, FarmHeaders.Number(message.BasicProperties, FarmHeaders.Worked) > 0);
                break;
            case FarmBroker.DoneKey:
                Finished(id, time, FarmHeaders.Number(message.BasicProperties, FarmHeaders.Worked) > 0);
                break;
        }
    }

    private void Submitted(string id, DateTimeOffset time)
    {
        if (_open.Count == 0)
        {
            _done.Clear();
            _doneStrips.Clear();
            _times.Clear();
            (Began, Doubled) = (time, 0);
        }

        _failures.Remove(id);
        _strips.Remove(id);
        _open[id] = null;
        _done.Remove(id);
    }

    private void StripSubmitted(string id, string picture)
    {
        if (!_strips.TryGetValue(picture, out var left))
            _strips[picture] = left = [];
        left.Add(id);
        _failures.Remove(picture);
        _open[picture] = null;
    }

    private void Failed(string id, string picture, BasicDeliverEventArgs message)
    {
        _open[picture] = FarmHeaders.ErrorOf(message.BasicProperties);
        _failures[picture] = new FarmFailure(FarmTask.Read(message.Body.Span).Input, _open[picture]!);
        _strips.GetValueOrDefault(picture)?.Remove(id);
    }

    private void Finished(string id, DateTimeOffset time, bool worked)
    {
        _strips.Remove(id);
        if (_open.Remove(id))
        {
            _failures.Remove(id);
            _done[id] = worked;
            _times.Add(time);
        }
        else
        {
            Count(_done, id, worked);
        }
    }

    private void StripFinished(string id, bool worked)
    {
        _strips.GetValueOrDefault(FarmTask.PictureOf(id))?.Remove(id);
        if (!_doneStrips.TryAdd(id, worked))
            Count(_doneStrips, id, worked);
    }

    // The first to say so may only have found what this one had made.
    private void Count(Dictionary<string, bool> done, string id, bool worked)
    {
        if (!worked || !done.TryGetValue(id, out var before))
            return;
        Doubled += before ? 1 : 0;
        done[id] = true;
    }
}
