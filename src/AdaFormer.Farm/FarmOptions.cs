namespace AdaFormer.Farm;

/// <summary>Where a farm's queue is. All who submit to it and work for it give the same broker and name.</summary>
public sealed record FarmOptions
{
    /// <summary>Address of the RabbitMQ broker, <c>amqp://user:password@host:port/virtual-host</c>, or <c>amqps://</c> for TLS. Default: <c>amqp://localhost</c>, as guest.</summary>
    public Uri Broker { get; init; } = new("amqp://localhost");

    /// <summary>Name of the queue. Default: <c>adaformer</c>.</summary>
    public string Queue { get; init; } = "adaformer";

    /// <summary>
    /// How often a picture is given to workers before it counts as failed, from 2 on: each error and each worker that died with it counts.
    /// The queue keeps the number that it was made with. Default: 5.
    /// </summary>
    public int MaximumDeliveries { get; init; } = 5;

    /// <summary>
    /// Pictures whose outputs have more pixels are submitted to be made in strips, by several workers, with the same outputs.
    /// Default: 200 million.
    /// </summary>
    public long StripsAbove { get; init; } = 200_000_000;

    /// <exception cref="ArgumentException">An option makes no sense.</exception>
    internal void Check()
    {
        if (Broker is not { IsAbsoluteUri: true, Scheme: "amqp" or "amqps" })
            throw new ArgumentException($"The broker is '{Redacted}'; expected an address such as amqp://user:password@host:5672.");
        if (string.IsNullOrWhiteSpace(Queue) || Queue.Length > 200 || Queue.StartsWith("amq.", StringComparison.Ordinal))
            throw new ArgumentException($"The queue's name is '{Queue}'; expected 1 to 200 characters that do not begin with 'amq.'.");
        ArgumentOutOfRangeException.ThrowIfLessThan(MaximumDeliveries, 2);
        ArgumentOutOfRangeException.ThrowIfLessThan(StripsAbove, 1);
    }

    /// <summary>The broker's address without user and password, for messages.</summary>
    internal string Redacted => Broker.IsAbsoluteUri ? Broker.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped) : $"{Broker}";
}
