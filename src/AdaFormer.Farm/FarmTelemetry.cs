using System.Diagnostics;
using System.Diagnostics.Metrics;
using AdaFormer.Farm.Queue;

namespace AdaFormer.Farm;

/// <summary>Metrics and traces, by OpenTelemetry's conventions for messaging where there are such. Both sources are named <c>AdaFormer.Farm</c>.</summary>
internal static class FarmTelemetry
{
    private const string Name = "AdaFormer.Farm";
    private static readonly Meter Meter = new(Name);

    public static ActivitySource Source { get; } = new(Name);

    public static Counter<long> Sent { get; } = Meter.CreateCounter<long>("messaging.client.sent.messages", "{message}", "Pictures put into the queue");

    public static Counter<long> Consumed { get; } = Meter.CreateCounter<long>("messaging.client.consumed.messages", "{message}", "Pictures that were delivered to the worker");

    public static Histogram<double> Duration { get; } = Meter.CreateHistogram<double>("messaging.process.duration", "s", "Time of a picture, with reading and writing");

    public static UpDownCounter<int> Active { get; } = Meter.CreateUpDownCounter<int>("adaformer.farm.active_pictures", "{picture}", "Pictures that the worker is at");

    public static Counter<long> Pixels { get; } = Meter.CreateCounter<long>("adaformer.farm.output_pixels", "{pixel}", "Pixels of the outputs that the worker made");

    /// <summary>What every measurement says.</summary>
    public static TagList Tags(FarmOptions options, string operation, string? error = null)
    {
        var tags = new TagList
        {
            { "messaging.system", "rabbitmq" }, { "messaging.destination.name", options.Queue }, { "messaging.operation.name", operation },
            { "server.address", options.Broker.Host },
        };
        if (error is not null)
            tags.Add("error.type", error);
        return tags;
    }

    /// <summary>What a picture's part of a trace says.</summary>
    public static void Describe(Activity? activity, FarmOptions options, FarmTask task, string operation)
    {
        if (activity is null)
            return;
        foreach (var (name, value) in Tags(options, operation))
            activity.SetTag(name, value);
        activity.SetTag("messaging.operation.type", operation);
        activity.SetTag("messaging.message.id", task.MessageId);
        activity.SetTag("adaformer.input", task.Input);
        activity.SetTag("adaformer.output", $"{task.Folder}/{task.Output}");
    }
}
