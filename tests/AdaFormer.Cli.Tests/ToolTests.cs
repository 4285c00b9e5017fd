using System.Diagnostics;
using AdaFormer.Tests;

namespace AdaFormer.Cli.Tests;

/// <summary>The command as a .NET tool, packed of what was built for these tests.</summary>
[TestClass]
public class ToolTests
{
    private readonly TemporaryFolder _folder = new();

    [TestCleanup]
    public void Delete() => _folder.Dispose();

    [TestMethod]
    public void InstalledFromAFolderItUpscales()
    {
        var feed = Directory.CreateDirectory(_folder.File("feed")).FullName;
        var version = Packages.Pack(feed, "AdaFormer.Cli");
        File.WriteAllText(_folder.File("nuget.config"), $"""<configuration><packageSources><clear /><add key="feed" value="{feed}" /></packageSources></configuration>""");
        DotnetCommand.Run(_folder.FullName, "tool", "install", "AdaFormer.Cli", "--version", version, "--tool-path", _folder.File("tools"));

        using var process = Process.Start(new ProcessStartInfo(
            _folder.File(OperatingSystem.IsWindows() ? "tools/adaformer.exe" : "tools/adaformer"), ["upscale", TestData.Fixture("pictures", "odd.png"), "-o", _folder.File("large.png")])
        {
            RedirectStandardOutput = true,
        })!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();

        Assert.AreEqual(0, process.ExitCode, output);
        Assert.IsTrue(File.Exists(_folder.File("large.png")));
        var files = Directory.GetFiles(_folder.FullName, "*", SearchOption.AllDirectories).Select(path => Path.GetFileName(path)).ToArray();
        Assert.DoesNotContain("libtorch_cpu.so", files);
        Assert.DoesNotContain("TorchSharp.dll", files);
        Assert.IsEmpty(files.Where(file => file.EndsWith(".aar", StringComparison.Ordinal)), "Nothing for phones.");
    }
}
