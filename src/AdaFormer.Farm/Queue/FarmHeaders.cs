using System.Globalization;
using System.Text;
using RabbitMQ.Client;

namespace AdaFormer.Farm.Queue;

/// <summary>The headers of messages.</summary>
internal static class FarmHeaders
{
    /// <summary>Deliveries of earlier copies of the message.</summary>
    public const string Attempts = "adaformer-attempts";

    /// <summary>What went wrong last.</summary>
    public const string Error = "adaformer-error";

    /// <summary>Whether a worker that says done did the work, instead of finding it done.</summary>
    public const string Worked = "adaformer-worked";

    /// <summary>W3C trace context of who submitted.</summary>
    public const string TraceParent = "traceparent";

    // Quorum queues count.
    private const string DeliveryCount = "x-delivery-count";
    private const string DeathReason = "x-first-death-reason";

    /// <summary>How often the picture was delivered before: by the queue's count, and that of earlier copies.</summary>
    public static int DeliveredBefore(IReadOnlyBasicProperties properties) => Number(properties, Attempts) + Number(properties, DeliveryCount);

    public static int Number(IReadOnlyBasicProperties properties, string name) =>
        properties.Headers?.TryGetValue(name, out var value) == true ? Convert.ToInt32(value, CultureInfo.InvariantCulture) : 0;

    public static string? Text(IReadOnlyBasicProperties properties, string name) =>
        properties.Headers?.TryGetValue(name, out var value) == true && value is byte[] bytes ? Encoding.UTF8.GetString(bytes) : null;

    /// <summary>Why a picture failed, also where only the broker can know.</summary>
    public static string ErrorOf(IReadOnlyBasicProperties properties)
    {
        var last = Text(properties, Error);
        return Text(properties, DeathReason) is null ? last ?? "no reason was given" : WorkersDied(last);
    }

    public static string WorkersDied(string? last) => $"every worker that had it died or lost its connection{(last is null ? ": perhaps it needs more memory than there is" : $"; the last error before: {last}")}";
}
