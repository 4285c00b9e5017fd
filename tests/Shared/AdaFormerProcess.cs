using System.Diagnostics;

namespace AdaFormer.Tests;

/// <summary>Runs a program as a user does: a process of its own, in a folder of its own.</summary>
/// <param name="program">The program's assembly, which lies beside the tests.</param>
internal sealed class AdaFormerProcess(string program = "AdaFormer.Cli.dll") : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public string this[string name] => _folder.File(name);

    public string Root => _folder.FullName;

    public string[] Files() => _folder.Files();

    public (int Code, string Output, string Error) Run(params string[] arguments)
    {
        using var process = Start(arguments);
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        Assert.IsTrue(process.WaitForExit(TimeSpan.FromMinutes(2)), "the program hangs");
        return (process.ExitCode, output, error.Result);
    }

    /// <summary>Variables that the program gets besides those of the tests.</summary>
    public Dictionary<string, string> Environment { get; } = [];

    public Process Start(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, program), .. arguments])
        {
            WorkingDirectory = _folder.FullName,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in Environment)
            start.Environment[name] = value;
        return Process.Start(start)!;
    }

    public void Dispose() => _folder.Dispose();
}
