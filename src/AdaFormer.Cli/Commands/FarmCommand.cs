using System.CommandLine;
using AdaFormer.Farm;
using AdaFormer.Programs;

namespace AdaFormer.Cli.Commands;

/// <summary><c>adaformer farm</c>: a batch on many machines.</summary>
internal static class FarmCommand
{
    private const string BrokerVariable = "ADAFORMER_BROKER";

    private static readonly Option<Uri> Broker = new("--broker")
    {
        Description = $"Address of the RabbitMQ broker, amqp://user:password@host:5672 [default: the environment variable {BrokerVariable}, or amqp://localhost]",
        HelpName = "address",
        CustomParser = result => new Uri(result.Tokens[0].Value, UriKind.RelativeOrAbsolute),
    };

    private static readonly Option<string> Queue = new("--queue") { Description = "Name of the queue", DefaultValueFactory = _ => new FarmOptions().Queue, HelpName = "name" };
    private static readonly Option<int> Deliveries = new Option<int>("--deliveries")
    {
        Description = "How often a picture is tried before it counts as failed; the queue keeps the number that it was made with",
        DefaultValueFactory = _ => new FarmOptions().MaximumDeliveries,
        HelpName = "number",
    }.AtLeast(2);

    /// <summary>How long a command may take to end when it is told to.</summary>
    public static TimeSpan? Patience(ParseResult parsed) => FarmWorkCommand.Grace(parsed) + TimeSpan.FromSeconds(30);

    public static Command Create() => new("farm", "Upscales many pictures on many machines, which a RabbitMQ queue shares them out to")
    {
        FarmSubmitCommand.Create(),
        FarmWorkCommand.Create(),
        FarmStatusCommand.Create(),
        Retry(),
    };

    /// <summary>Adds the options of where the queue is.</summary>
    public static void AddOptions(Command command)
    {
        command.Options.Add(Broker);
        command.Options.Add(Queue);
        command.Options.Add(Deliveries);
    }

    public static FarmOptions Options(ParseResult parsed) => new()
    {
        Broker = parsed.GetValue(Broker) ?? (Environment.GetEnvironmentVariable(BrokerVariable) is { Length: > 0 } address ? new Uri(address, UriKind.RelativeOrAbsolute) : new FarmOptions().Broker),
        Queue = parsed.GetRequiredValue(Queue),
        MaximumDeliveries = parsed.GetValue(Deliveries),
    };

    /// <summary>Connects, and waits for the end of the work.</summary>
    public static T WithClient<T>(FarmOptions options, CancellationToken cancellationToken, Func<FarmClient, Task<T>> work)
    {
        return Run().GetAwaiter().GetResult();

        async Task<T> Run()
        {
            await using var client = await FarmClient.OpenAsync(options, cancellationToken);
            return await work(client);
        }
    }

    private static Command Retry()
    {
        var command = new Command("retry", "Puts the pictures that failed into the queue again");
        AddOptions(command);
        command.SetGuardedAction((parsed, cancellationToken) =>
        {
            var count = WithClient(Options(parsed), cancellationToken, client => client.RetryAsync(cancellationToken));
            Console.WriteLine($"{count} {(count == 1 ? "picture" : "pictures")} put into the queue again");
            return 0;
        });
        return command;
    }
}
