using System.Diagnostics;
using System.IO.Compression;
using System.Text.RegularExpressions;

namespace AdaFormer.Tests;

/// <summary>The packages, made from what was built for these tests.</summary>
[TestClass]
public class PackageTests
{
    private static readonly string Configuration = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;
    private readonly TemporaryFolder _folder = new();

    [TestCleanup]
    public void Delete() => _folder.Dispose();

    [TestMethod]
    public void TheReadmesLinesRunWhereThePackageIsInstalled()
    {
        var feed = Directory.CreateDirectory(_folder.File("feed")).FullName;
        foreach (var project in new[] { "AdaFormer", "AdaFormer.MLNet" })
            Dotnet(TestData.Repository, "pack", $"src/{project}/{project}.csproj", "--no-build", "-c", Configuration, "-o", feed);
        CheckPackage(feed);

        var application = Directory.CreateDirectory(_folder.File("application")).FullName;
        WriteApplication(application, feed);
        Dotnet(application, "run");

        Assert.IsTrue(File.Exists(Path.Combine(application, "large.png")));
        Assert.IsTrue(File.Exists(Path.Combine(application, "upscale.zip")));
    }

    private static void CheckPackage(string feed)
    {
        using var package = ZipFile.OpenRead(Directory.GetFiles(feed, "AdaFormer.MLNet.*.nupkg").Single());
        using var reader = new StreamReader(package.GetEntry("AdaFormer.MLNet.nuspec")!.Open());
        var specification = reader.ReadToEnd();
        Assert.Contains("<license type=\"expression\">MIT</license>", specification);
        Assert.IsNotNull(package.GetEntry("README.md"));
        Assert.IsNotNull(package.GetEntry("lib/net10.0/AdaFormer.MLNet.xml"));
        var dependencies = Regex.Matches(specification, "<dependency id=\"([^\"]+)\"").Select(match => match.Groups[1].Value).Order().ToArray();
        CollectionAssert.AreEqual(new[] { "AdaFormer", "Microsoft.ML", "Microsoft.ML.ImageAnalytics" }, dependencies);
        using var symbols = ZipFile.OpenRead(Directory.GetFiles(feed, "AdaFormer.MLNet.*.snupkg").Single());
        Assert.IsNotNull(symbols.GetEntry("lib/net10.0/AdaFormer.MLNet.pdb"));
        using var core = ZipFile.OpenRead(Directory.GetFiles(feed, "AdaFormer.*.nupkg").Single(file => !file.Contains("MLNet")));
        using var coreReader = new StreamReader(core.GetEntry("AdaFormer.nuspec")!.Open());
        var runtime = Regex.Matches(coreReader.ReadToEnd(), "<dependency id=\"([^\"]+)\"").Select(match => match.Groups[1].Value).Single();
        Assert.AreEqual("Microsoft.ML.OnnxRuntime.Managed", runtime, "The application picks the native package.");
    }

    private static void WriteApplication(string folder, string feed)
    {
        var versions = File.ReadAllText(Path.Combine(TestData.Repository, "Directory.Packages.props"));
        var onnxRuntime = Regex.Match(versions, "<OnnxRuntimeVersion>(.+)</OnnxRuntimeVersion>").Groups[1].Value;
        var version = Regex.Match(Path.GetFileName(Directory.GetFiles(feed, "AdaFormer.MLNet.*.nupkg").Single()), @"MLNet\.(.+)\.nupkg").Groups[1].Value;
        var packages = Environment.GetEnvironmentVariable("NUGET_PACKAGES")
            ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");

        // All but ours was restored for these tests and is taken from there, so this needs no network. Ours goes into a folder of its own.
        var known = Directory.Exists(Path.Combine(packages, "adaformer")) ? "" : $"<RestoreFallbackFolders>{packages}</RestoreFallbackFolders>";
        File.WriteAllText(Path.Combine(folder, "Application.csproj"), $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <Nullable>enable</Nullable>
                <ImplicitUsings>enable</ImplicitUsings>
                <TreatWarningsAsErrors>true</TreatWarningsAsErrors>
                <!-- What was restored for these tests may have a later SkiaSharp than ML.NET asks for. -->
                <NoWarn>$(NoWarn);NU1603</NoWarn>
                <RestorePackagesPath>packages</RestorePackagesPath>
                {known}
              </PropertyGroup>
              <ItemGroup>
                <PackageReference Include="AdaFormer.MLNet" Version="{version}" />
                <PackageReference Include="Microsoft.ML.OnnxRuntime" Version="{onnxRuntime}" />
              </ItemGroup>
            </Project>
            """);
        File.WriteAllText(Path.Combine(folder, "nuget.config"), $"""
            <configuration>
              <packageSources>
                <clear />
                <add key="ours" value="{feed}" />
                <add key="restored" value="{packages}" />
              </packageSources>
            </configuration>
            """);
        string[] program =
        [
            .. ReadmeTests.Snippet().TakeWhile(line => line.StartsWith("using", StringComparison.Ordinal)),
            $"var folder = @\"{Path.Combine(TestData.Repository, "samples")}\";",
            .. ReadmeTests.Snippet().SkipWhile(line => line.StartsWith("using", StringComparison.Ordinal)),
            "internal sealed class Photo { public string? File { get; set; } }",
        ];
        File.WriteAllLines(Path.Combine(folder, "Program.cs"), program);
    }

    private static void Dotnet(string folder, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.AreEqual(0, process.ExitCode, $"`dotnet {string.Join(' ', arguments)}`:\n{output}{error.Result}");
    }
}
