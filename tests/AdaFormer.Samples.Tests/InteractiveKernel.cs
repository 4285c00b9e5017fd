using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;

namespace AdaFormer.Tests;

/// <summary>The C# kernel of .NET Interactive, a process of its own: commands in, events out, a line of JSON each.</summary>
internal sealed class InteractiveKernel : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);
    private readonly Process _process;
    private readonly Task<string> _errors;
    private int _commands;

    /// <summary>Starts the tool of .config/dotnet-tools.json.</summary>
    /// <param name="folder">Where it works, within the repository.</param>
    /// <param name="packages">Where it puts the packages that were not restored for these tests.</param>
    public InteractiveKernel(string folder, string packages)
    {
        var start = new ProcessStartInfo("dotnet", ["interactive", "stdio"])
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardInputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false),
            StandardOutputEncoding = Encoding.UTF8,
        };
        start.Environment["DOTNET_INTERACTIVE_SKIP_FIRST_TIME_EXPERIENCE"] = "1";
        start.Environment["DOTNET_INTERACTIVE_CLI_TELEMETRY_OPTOUT"] = "1";
        start.Environment["DOTNET_SYSTEM_GLOBALIZATION_INVARIANT"] = "1"; // numbers look the same everywhere
        start.Environment["NUGET_PACKAGES"] = packages;
        start.Environment["NUGET_FALLBACK_PACKAGES"] = Packages.Restored;
        _process = Process.Start(start)!;
        _errors = _process.StandardError.ReadToEndAsync();
    }

    /// <summary>Runs a cell.</summary>
    /// <returns>Its outputs.</returns>
    /// <exception cref="InvalidOperationException">The cell fails.</exception>
    public async Task<JsonArray> Run(string code)
    {
        var outputs = new CellOutputs(++_commands);
        var token = $"cell-{_commands}";
        Send("SubmitCode", new JsonObject { ["code"] = code, ["targetKernelName"] = "csharp" }, token);
        while (true)
        {
            var message = await Receive();
            var isOfCell = (string?)message["command"]?["token"] == token;
            switch ((string)message["eventType"]!)
            {
                case "CommandSucceeded" when isOfCell:
                    return outputs.Items;
                case "CommandFailed" when isOfCell:
                    throw new InvalidOperationException($"A cell fails: {message["event"]!["message"]}\n{code}");
                case var kind:
                    outputs.Add(kind, message["event"]!);
                    break;
            }
        }
    }

    public void Dispose()
    {
        Send("Quit", new JsonObject { ["targetKernelName"] = ".NET" }, "quit");
        _process.StandardInput.Close();
        if (!_process.WaitForExit(TimeSpan.FromSeconds(20)))
            _process.Kill(entireProcessTree: true);
        _process.Dispose();
    }

    private void Send(string type, JsonObject command, string token) =>
        _process.StandardInput.WriteLine(new JsonObject { ["commandType"] = type, ["command"] = command, ["token"] = token }.ToJsonString());

    private async Task<JsonNode> Receive()
    {
        using var patience = new CancellationTokenSource(Patience);
        var line = await _process.StandardOutput.ReadLineAsync(patience.Token)
            ?? throw new InvalidOperationException($"The kernel has ended: {await _errors}");
        return JsonNode.Parse(line)!;
    }
}
