using System.Diagnostics;

namespace AdaFormer.Tests;

/// <summary>Starts a sample as a process of its own, in a folder of its own.</summary>
internal static class SampleProcess
{
    public static Process Start(string sample, string folder, params string[] arguments) =>
        Process.Start(new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, $"{sample}.dll"), .. arguments])
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
}
