using System.Diagnostics;
using System.Net.Sockets;
using AdaFormer.Tests;

namespace AdaFormer.Farm.Tests;

/// <summary>An S3-compatible server, s3rver of npm, on a port and a folder of its own.</summary>
internal sealed class S3Server : IDisposable
{
    public const string Bucket = "pictures";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly TemporaryFolder _folder = new();
    private readonly Process _process;

    public S3Server(int port)
    {
        Address = $"http://127.0.0.1:{port}";
        _process = Process.Start(new ProcessStartInfo(Program!, ["--silent", "--directory", _folder.FullName, "--address", "127.0.0.1", "--port", $"{port}", "--configure-bucket", Bucket]))!;
        var clock = Stopwatch.StartNew();
        while (!Answers(port))
        {
            Assert.IsTrue(!_process.HasExited && clock.Elapsed < Patience, "the S3 server does not start");
            Thread.Sleep(100);
        }
    }

    /// <summary>The server's program, in ADAFORMER_S3RVER or on the path; null where there is none.</summary>
    public static string? Program { get; } = Environment.GetEnvironmentVariable("ADAFORMER_S3RVER")
        ?? Environment.GetEnvironmentVariable("PATH")!.Split(Path.PathSeparator).Select(folder => Path.Combine(folder, "s3rver")).FirstOrDefault(File.Exists);

    public string Address { get; }

    public void Dispose()
    {
        _process.Kill(entireProcessTree: true);
        _process.WaitForExit();
        _process.Dispose();
        _folder.Dispose();
    }

    private static bool Answers(int port)
    {
        try
        {
            using var client = new TcpClient("127.0.0.1", port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
