using System.Diagnostics;

namespace AdaFormer.Cli.Tests;

/// <summary>A disk in memory, on Linux, for a user who may mount one; a test without it is inconclusive.</summary>
internal sealed class SmallDisk : IDisposable
{
    private readonly string _folder;

    private SmallDisk(string folder) => _folder = folder;

    public static SmallDisk Mount(string folder, string options)
    {
        Directory.CreateDirectory(folder);
        if (!Run("mount", "-t", "tmpfs", "-o", options, "tmpfs", folder))
            Assert.Inconclusive("This user may not mount a disk to fill.");
        return new SmallDisk(folder);
    }

    public void Remount(string options) => Assert.IsTrue(Run("mount", "-o", $"remount,{options}", _folder));

    public void Dispose() => Run("umount", _folder);

    private static bool Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        process.WaitForExit();
        return process.ExitCode == 0;
    }
}
