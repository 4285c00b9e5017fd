using System.Text;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace AdaFormer.Farm.Queue;

/// <summary>
/// A connection to the broker, and what a farm has there: an exchange; a quorum queue of pictures and strips; a quorum queue of those that failed; and a
/// stream, the record, which gets a copy of everything that is submitted, done or failed. One publication reaches queue and record together.
/// </summary>
internal sealed class FarmBroker : IAsyncDisposable
{
    public const string TaskKey = "task";
    public const string StripKey = "strip";
    public const string FailedKey = "failed";
    public const string DoneKey = "done";
    public const string MarkKey = "mark";

    private const int AccessRefused = 403;
    private const int NotFound = 404;
    private const int PreconditionFailed = 406;

    // A picture may take hours. Brokers before 3.12 do not know the argument and go by their own configuration.
    private static readonly TimeSpan ConsumerTimeout = TimeSpan.FromHours(48);
    private static readonly Version KnowsConsumerTimeout = new(3, 12);

    private readonly SemaphoreSlim _publishing = new(1, 1);

    private FarmBroker(FarmOptions options, IConnection connection, IChannel channel) => (Options, Connection, Channel) = (options, connection, channel);

    public FarmOptions Options { get; }

    public IConnection Connection { get; }

    /// <summary>For publishing, with confirms, and for declaring.</summary>
    public IChannel Channel { get; }

    public string FailedQueue => Options.Queue + ".failed";

    public string Record => Options.Queue + ".record";

    /// <summary>Whether the broker gives a picture away that takes longer than its own timeout, 30 minutes unless configured.</summary>
    public bool IgnoresConsumerTimeout => Connection.ServerProperties?.TryGetValue("version", out var value) == true && value is byte[] bytes
        && System.Version.TryParse(Encoding.UTF8.GetString(bytes).Split('-', '+')[0], out var version) && version < KnowsConsumerTimeout;

    /// <exception cref="IOException">The broker cannot be reached, or refuses.</exception>
    public static async Task<FarmBroker> OpenAsync(FarmOptions options, CancellationToken cancellationToken)
    {
        options.Check();
        // Recovery is ours: a delivery of before cannot be acknowledged after.
        var factory = new ConnectionFactory { Uri = options.Broker, AutomaticRecoveryEnabled = false, TopologyRecoveryEnabled = false, ClientProvidedName = $"adaformer on {Environment.MachineName}" };
        try
        {
            var connection = await factory.CreateConnectionAsync(cancellationToken);
            var channel = await connection.CreateChannelAsync(new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true), cancellationToken);
            return new FarmBroker(options, connection, channel);
        }
        catch (Exception exception) when (exception is BrokerUnreachableException or OperationInterruptedException or IOException)
        {
            throw new IOException($"The broker at {options.Redacted} cannot be used: {Reason(exception)} Is RabbitMQ running there, and are user and password right?", exception);
        }
    }

    /// <summary>Makes what is missing.</summary>
    /// <exception cref="IOException">The queue exists with other settings, or the broker refuses.</exception>
    public async Task DeclareAsync(CancellationToken cancellationToken)
    {
        try
        {
            await Channel.ExchangeDeclareAsync(Options.Queue, ExchangeType.Direct, durable: true, cancellationToken: cancellationToken);
            await Channel.QueueDeclareAsync(Record, durable: true, exclusive: false, autoDelete: false, Arguments("stream", ("x-max-age", "90D")), cancellationToken: cancellationToken);
            await Channel.QueueDeclareAsync(FailedQueue, durable: true, exclusive: false, autoDelete: false, Arguments("quorum"), cancellationToken: cancellationToken);
            await Channel.QueueDeclareAsync(
                Options.Queue, durable: true, exclusive: false, autoDelete: false,
                Arguments(
                    "quorum", ("x-delivery-limit", Options.MaximumDeliveries - 1), ("x-dead-letter-exchange", Options.Queue), ("x-dead-letter-routing-key", FailedKey),
                    ("x-dead-letter-strategy", "at-least-once"), ("x-overflow", "reject-publish"), ("x-consumer-timeout", (long)ConsumerTimeout.TotalMilliseconds)),
                cancellationToken: cancellationToken);
            await BindAsync(cancellationToken);
        }
        catch (OperationInterruptedException exception)
        {
            throw new IOException(
                exception.ShutdownReason?.ReplyCode == PreconditionFailed
                    ? $"The queue '{Options.Queue}' exists with other settings: {exception.ShutdownReason.ReplyText} Give the number of deliveries that it was made with, another name, or delete it and '{FailedQueue}' and '{Record}'."
                    : $"The broker refused the queue '{Options.Queue}': {Reason(exception)}",
                exception);
        }
    }

    /// <summary>Says what goes where. Before every use, because a broker that was killed may have forgotten it.</summary>
    public async Task BindAsync(CancellationToken cancellationToken)
    {
        foreach (var key in new[] { TaskKey, StripKey, FailedKey, DoneKey, MarkKey })
            await Channel.QueueBindAsync(Record, Options.Queue, key, cancellationToken: cancellationToken);
        await Channel.QueueBindAsync(FailedQueue, Options.Queue, FailedKey, cancellationToken: cancellationToken);
        foreach (var key in new[] { TaskKey, StripKey })
            await Channel.QueueBindAsync(Options.Queue, Options.Queue, key, cancellationToken: cancellationToken);
    }

    /// <summary>The queue's messages that wait and its consumers; <see langword="null"/> if there is no such queue. Takes a channel of its own, which an error closes.</summary>
    public async Task<QueueDeclareOk?> FindAsync(string queue, CancellationToken cancellationToken)
    {
        await using var channel = await Connection.CreateChannelAsync(cancellationToken: cancellationToken);
        try
        {
            return await channel.QueueDeclarePassiveAsync(queue, cancellationToken);
        }
        catch (OperationInterruptedException exception) when (exception.ShutdownReason?.ReplyCode == NotFound)
        {
            return null;
        }
    }

    /// <summary>Returns when the broker has it in all queues that it belongs into.</summary>
    /// <param name="exchange">The exchange; empty: straight into the queue that the key names.</param>
    /// <param name="key">Where it goes.</param>
    /// <param name="id">The task's id.</param>
    /// <param name="body">The content.</param>
    /// <param name="headers">Further headers; null values are left out.</param>
    public async Task PublishAsync(string exchange, string key, string id, ReadOnlyMemory<byte> body, params (string Name, object? Value)[] headers)
    {
        var properties = new BasicProperties
        {
            Persistent = true,
            ContentType = "application/json",
            MessageId = id,
            Timestamp = new AmqpTimestamp(DateTimeOffset.UtcNow.ToUnixTimeMilliseconds()),
            Headers = headers.Where(header => header.Value is not null).ToDictionary(header => header.Name, header => header.Value),
        };
        // A channel is not for publishing from two threads at once. Only the sending is one at a time: the confirms come later, together.
        Task published;
        await _publishing.WaitAsync();
        try
        {
            published = Channel.BasicPublishAsync(exchange, key, mandatory: true, properties, body).AsTask();
        }
        finally
        {
            _publishing.Release();
        }

        await published;
    }

    public async ValueTask DisposeAsync()
    {
        _publishing.Dispose();
        try
        {
            await Connection.CloseAsync(TimeSpan.FromSeconds(5));
        }
        catch (Exception exception) when (IsConnectionLoss(exception))
        {
            // It is closed already.
        }

        await Channel.DisposeAsync();
        await Connection.DisposeAsync();
    }

    public static bool IsConnectionLoss(Exception exception) => exception is OperationInterruptedException or AlreadyClosedException or PublishException or IOException or ObjectDisposedException or TimeoutException;

    private static string Reason(Exception exception) => exception switch
    {
        BrokerUnreachableException { InnerException: AuthenticationFailureException inner } => inner.Message,
        BrokerUnreachableException { InnerException: AggregateException inner } => inner.InnerExceptions[0].Message,
        OperationInterruptedException { ShutdownReason: { ReplyCode: AccessRefused } reason } => $"access refused: {reason.ReplyText}",
        OperationInterruptedException { ShutdownReason: { } reason } => reason.ReplyText,
        _ => (exception.InnerException ?? exception).Message,
    };

    private static Dictionary<string, object?> Arguments(string type, params (string Name, object Value)[] others)
    {
        var arguments = others.ToDictionary(other => other.Name, other => (object?)other.Value);
        arguments["x-queue-type"] = type;
        return arguments;
    }
}
