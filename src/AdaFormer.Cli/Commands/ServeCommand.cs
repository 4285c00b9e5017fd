using System.CommandLine;
using System.Diagnostics;
using System.Net;
using AdaFormer.Web;
using AdaFormer.Programs;

namespace AdaFormer.Cli.Commands;

/// <summary><c>adaformer serve</c>: a page to drop pictures on, and the interface behind it.</summary>
internal static class ServeCommand
{
    private static readonly Option<int> Port = new Option<int>("--port") { Description = "Port to listen on; 0 takes a free one", DefaultValueFactory = _ => 5140, HelpName = "number" }.Within(0, 65_535);
    private static readonly Option<bool> Open = new("--open") { Description = "Open the page in the browser" };
    private static readonly Option<IPAddress> Address = new("--address") { Description = "Address to listen on; 0.0.0.0 lets others in the network use it", DefaultValueFactory = _ => IPAddress.Loopback, HelpName = "address", CustomParser = ParseAddress };
    private static readonly Option<string[]> Hosts = new("--host-name") { Description = "Name by which requests may call this machine, beside localhost and addresses; can be given several times", HelpName = "name" };
    private static readonly Option<string[]> Models = new("--model", "-m") { Description = "ONNX file to offer beside the models of `adaformer models list`; can be given several times", HelpName = "file" };
    private static readonly Option<int> AtWork = new Option<int>("--at-work") { Description = "Pictures upscaled at the same time", DefaultValueFactory = _ => new UpscaleServiceOptions().AtWork, HelpName = "number" }.AtLeast(1);
    private static readonly Option<int> Waiting = new Option<int>("--waiting") { Description = "Pictures that may wait; further ones are refused", DefaultValueFactory = _ => new UpscaleServiceOptions().Waiting, HelpName = "number" }.AtLeast(0);
    private static readonly Option<long?> Bytes = new("--max-bytes") { Description = "Larger files are refused, such as 100MB [default: 256MB]", HelpName = "size", CustomParser = MemorySize.Parse };
    private static readonly Option<long> Pixels = new Option<long>("--max-pixels") { Description = "Pictures with more pixels are refused, before they are decoded", DefaultValueFactory = _ => new UpscaleServiceOptions().MaximumPixels, HelpName = "number" }.AtLeast(1);
    private static readonly Option<long> OutputPixels = new Option<long>("--max-output-pixels") { Description = "Pictures whose result would have more pixels are refused, before they are decoded", DefaultValueFactory = _ => new UpscaleServiceOptions().MaximumOutputPixels, HelpName = "number" }.AtLeast(1);
    private static readonly Option<long?> Memory = new("--memory") { Description = "Memory budget of a picture, such as 1GB or 512MiB [default: half of the machine's]", HelpName = "size", CustomParser = MemorySize.Parse };

    public static Command Create()
    {
        var command = new Command("serve", "Serves a page to drop pictures on, and the interface behind it, to this machine alone")
        {
            Port, Open, Address, Hosts, Models, AtWork, Waiting, Bytes, Pixels, OutputPixels, Memory, CommonOptions.Device, CommonOptions.Threads,
        };
        command.SetGuardedAction((parsed, cancellationToken) => RunAsync(parsed, cancellationToken).GetAwaiter().GetResult());
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var options = new UpscaleServiceOptions
        {
            Models = new ModelOptions { Device = parsed.GetValue(CommonOptions.Device), Threads = parsed.GetValue(CommonOptions.Threads) },
            ModelFiles = parsed.GetValue(Models) ?? [],
            MaximumBytes = parsed.GetValue(Bytes) ?? new UpscaleServiceOptions().MaximumBytes,
            MaximumPixels = parsed.GetValue(Pixels),
            MaximumOutputPixels = parsed.GetValue(OutputPixels),
            AtWork = parsed.GetValue(AtWork),
            Waiting = parsed.GetValue(Waiting),
            MemoryBudget = parsed.GetValue(Memory),
            Hosts = parsed.GetValue(Hosts) ?? [],
        };
        await using var server = await UpscaleServer.StartAsync(options, parsed.GetValue(Address), parsed.GetValue(Port), cancellationToken);
        Console.WriteLine($"{server.Address} (Ctrl-C ends it)");
        if (parsed.GetValue(Open))
            OpenPage(server.Address);
        await Task.Delay(Timeout.Infinite, cancellationToken).ContinueWith(_ => { }, TaskScheduler.Default);
        return 0;
    }

    private static void OpenPage(Uri page)
    {
        try
        {
            Process.Start(new ProcessStartInfo(page.ToString()) { UseShellExecute = true })?.Dispose();
        }
        catch (Exception exception) when (exception is System.ComponentModel.Win32Exception or FileNotFoundException)
        {
            Terminal.Warn($"no browser could be opened ({exception.Message}); open {page} yourself");
        }
    }

    private static IPAddress? ParseAddress(System.CommandLine.Parsing.ArgumentResult result)
    {
        if (IPAddress.TryParse(result.Tokens[0].Value, out var address))
            return address;
        result.AddError($"'{result.Tokens[0].Value}' is not an address; expected one such as 127.0.0.1, 0.0.0.0 or ::1.");
        return null;
    }
}
