using System.Diagnostics;

namespace AdaFormer.Tests;

/// <summary>Runs `dotnet`.</summary>
internal static class DotnetCommand
{
    /// <summary>Waits for its end, and fails where that is not a good one.</summary>
    /// <returns>What it printed.</returns>
    public static string Run(string folder, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.AreEqual(0, process.ExitCode, $"`dotnet {string.Join(' ', arguments)}`:\n{output}{error.Result}");
        return output;
    }
}
