using System.Diagnostics;
using AdaFormer.Tests;

namespace AdaFormer.Cli.Tests;

/// <summary>Runs the program as a user does: a process of its own, in a folder of its own.</summary>
internal sealed class AdaFormerProcess : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public string this[string name] => _folder.File(name);

    public string[] Files() => _folder.Files();

    public (int Code, string Output, string Error) Run(params string[] arguments)
    {
        using var process = Start(arguments);
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        Assert.IsTrue(process.WaitForExit(TimeSpan.FromMinutes(2)), "the program hangs");
        return (process.ExitCode, output, error.Result);
    }

    public Process Start(params string[] arguments)
    {
        var program = Path.Combine(AppContext.BaseDirectory, "AdaFormer.Cli.dll");
        return Process.Start(new ProcessStartInfo("dotnet", [program, .. arguments])
        {
            WorkingDirectory = _folder.FullName,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
    }

    public void Dispose() => _folder.Dispose();
}
