using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using AdaFormer.Tests;

namespace AdaFormer.Farm.Tests;

/// <summary>A RabbitMQ of the tests' own: with ports and a folder of its own, and gone with all its processes at the end.</summary>
internal sealed class Broker : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly TemporaryFolder _folder = new();
    private readonly int _names = FreePort();
    private readonly int _port = FreePort();
    private readonly int _distribution = FreePort();
    private Process? _process;

    public Broker()
    {
        // Small, for a machine that does other things too, and no wait for members of a cluster.
        File.WriteAllText(_folder.File("rabbitmq.conf"), $"listeners.tcp.1 = 127.0.0.1:{_port}\ndisk_free_limit.absolute = 50MB\n");
        File.WriteAllText(_folder.File("plugins"), "[].");
        Start();
    }

    /// <summary>The server's program; null where it is not installed.</summary>
    public static string? Program { get; } =
        Directory.Exists("/usr/lib/rabbitmq/lib") ? Directory.GetFiles("/usr/lib/rabbitmq/lib", "rabbitmq-server", SearchOption.AllDirectories).FirstOrDefault() : null;

    public string Address => $"amqp://127.0.0.1:{_port}";

    public FarmOptions Options(string queue) => new() { Broker = new Uri(Address), Queue = queue };

    /// <summary>Stops it, as an update of the machine does, and starts it again on what is on the disk.</summary>
    /// <remarks>RabbitMQ 3.10 loses its streams if it is killed within minutes after it made its first, so it is not killed here.</remarks>
    public void Restart()
    {
        Assert.AreEqual(0, FarmFixture.Signal(_process!.Id, FarmFixture.SigTerm));
        Assert.IsTrue(_process.WaitForExit(Patience), "the broker does not stop");
        Start();
    }

    public void Dispose()
    {
        if (_process is not null)
        {
            _process.Kill(entireProcessTree: true);
            _process.WaitForExit();
            _process.Dispose();
        }

        // The list of nodes, which the server started apart from itself, and which ends only if no node is registered any more.
        using var names = Process.Start(Environment("epmd", "-port", $"{_names}", "-kill"))!;
        names.WaitForExit();
        _folder.Dispose();
    }

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private void Start()
    {
        _process = Process.Start(Environment(Program!))!;
        // Nobody reads what it says unless it fails; it must not wait for that.
        var output = _process.StandardOutput.ReadToEndAsync();
        var error = _process.StandardError.ReadToEndAsync();
        var clock = Stopwatch.StartNew();
        while (!AnswersAsync().GetAwaiter().GetResult())
        {
            if (_process.HasExited || clock.Elapsed > Patience)
                Assert.Fail($"The broker did not start: {(_process.HasExited ? output.Result + error.Result : "it does not answer")}");
            Thread.Sleep(100);
        }
    }

    private async Task<bool> AnswersAsync()
    {
        try
        {
            await using var client = await FarmClient.OpenAsync(Options("none"));
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    private ProcessStartInfo Environment(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in new Dictionary<string, string>
        {
            ["RABBITMQ_NODENAME"] = $"adaformer{_port}@localhost",
            ["RABBITMQ_NODE_PORT"] = $"{_port}",
            ["RABBITMQ_DIST_PORT"] = $"{_distribution}",
            ["ERL_EPMD_PORT"] = $"{_names}",
            ["ERL_EPMD_ADDRESS"] = "127.0.0.1",
            ["RABBITMQ_MNESIA_BASE"] = _folder.File("data"),
            ["RABBITMQ_LOG_BASE"] = _folder.File("log"),
            ["RABBITMQ_CONFIG_FILE"] = _folder.File("rabbitmq"),
            ["RABBITMQ_ENABLED_PLUGINS_FILE"] = _folder.File("plugins"),
            ["RABBITMQ_PID_FILE"] = _folder.File("pid"),
            ["HOME"] = _folder.FullName,
        })
            start.Environment[name] = value;
        return start;
    }
}
