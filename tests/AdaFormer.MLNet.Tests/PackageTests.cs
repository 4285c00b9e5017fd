using System.IO.Compression;
using System.Text.RegularExpressions;

namespace AdaFormer.Tests;

/// <summary>The packages, made from what was built for these tests.</summary>
[TestClass]
public class PackageTests
{
    private readonly TemporaryFolder _folder = new();

    [TestCleanup]
    public void Delete() => _folder.Dispose();

    /// <summary>With the lowest ONNX Runtime and the one of this repository, and what is made for .NET 8, if need be on a later one.</summary>
    [TestMethod]
    [DataRow("net10.0", "OnnxRuntimeVersion"), DataRow("net8.0", "LowestOnnxRuntimeVersion")]
    public void TheReadmesLinesRunWhereThePackageIsInstalled(string framework, string runtime)
    {
        var feed = Directory.CreateDirectory(_folder.File("feed")).FullName;
        var version = Packages.Pack(feed, "AdaFormer", "AdaFormer.MLNet");
        CheckPackage(feed);

        var application = Directory.CreateDirectory(_folder.File("application")).FullName;
        WriteApplication(application, feed, version, framework, ("Microsoft.ML.OnnxRuntime", Packages.Property(runtime)));
        string[] program =
        [
            .. ReadmeTests.Snippet().TakeWhile(line => line.StartsWith("using", StringComparison.Ordinal)),
            $"var folder = @\"{Path.Combine(TestData.Repository, "samples")}\";",
            .. ReadmeTests.Snippet().SkipWhile(line => line.StartsWith("using", StringComparison.Ordinal)),
            "internal sealed class Photo { public string? File { get; set; } }",
        ];
        File.WriteAllLines(Path.Combine(application, "Program.cs"), program);
        DotnetCommand.Run(application, "run");

        Assert.IsTrue(File.Exists(Path.Combine(application, "large.png")));
        Assert.IsTrue(File.Exists(Path.Combine(application, "upscale.zip")));
    }

    private static void CheckPackage(string feed)
    {
        using var package = ZipFile.OpenRead(Directory.GetFiles(feed, "AdaFormer.MLNet.*.nupkg").Single());
        using var reader = new StreamReader(package.GetEntry("AdaFormer.MLNet.nuspec")!.Open());
        var specification = reader.ReadToEnd();
        Assert.Contains("<license type=\"expression\">MIT</license>", specification);
        using var readme = new StreamReader(package.GetEntry("README.md")!.Open());
        Assert.StartsWith("# AdaFormer.MLNet\n", readme.ReadToEnd());
        Assert.IsNotNull(package.GetEntry("icon.png"));
        foreach (var framework in new[] { "net8.0", "net10.0" })
            Assert.IsNotNull(package.GetEntry($"lib/{framework}/AdaFormer.MLNet.xml"));
        Assert.IsNotNull(package.GetEntry("interactive-extensions/dotnet/extension.dib"));
        var dependencies = Regex.Matches(specification, "<dependency id=\"([^\"]+)\"").Select(match => match.Groups[1].Value).Distinct().Order().ToArray();
        CollectionAssert.AreEqual(new[] { "AdaFormer", "Microsoft.ML", "Microsoft.ML.ImageAnalytics" }, dependencies);
        using var symbols = ZipFile.OpenRead(Directory.GetFiles(feed, "AdaFormer.MLNet.*.snupkg").Single());
        Assert.IsNotNull(symbols.GetEntry("lib/net10.0/AdaFormer.MLNet.pdb"));
        using var core = ZipFile.OpenRead(Directory.GetFiles(feed, "AdaFormer.*.nupkg").Single(file => !file.Contains("MLNet")));
        using var coreReader = new StreamReader(core.GetEntry("AdaFormer.nuspec")!.Open());
        var runtime = Regex.Matches(coreReader.ReadToEnd(), "<dependency id=\"([^\"]+)\"").Select(match => match.Groups[1].Value).Distinct().Single();
        Assert.AreEqual("Microsoft.ML.OnnxRuntime.Managed", runtime, "The application picks the native package.");
    }

    [TestMethod]
    public void AnOnnxRuntimeThatDoesNotFitIsSaidWhenTheEstimatorIsMade()
    {
        var feed = Directory.CreateDirectory(_folder.File("feed")).FullName;
        var version = Packages.Pack(feed, "AdaFormer", "AdaFormer.MLNet");
        var (lowest, current) = (Packages.Property("LowestOnnxRuntimeVersion"), Packages.Property("OnnxRuntimeVersion"));

        Assert.Contains($"is missing: add the package Microsoft.ML.OnnxRuntime, or for a GPU Microsoft.ML.OnnxRuntime.Gpu, in version {lowest} or later", Say("none"));
        Assert.Contains($"does not fit its .NET library: add the package Microsoft.ML.OnnxRuntime, or for a GPU Microsoft.ML.OnnxRuntime.Gpu, in version {current} or later", Say("old", ("Microsoft.ML.OnnxRuntime.Managed", current), ("Microsoft.ML.OnnxRuntime", lowest)));

        string Say(string name, params (string Name, string Version)[] packages)
        {
            var application = Directory.CreateDirectory(_folder.File(name)).FullName;
            WriteApplication(application, feed, version, "net10.0", packages);
            File.WriteAllText(Path.Combine(application, "Program.cs"), """
                using Microsoft.ML;
                try { new MLContext().Transforms.AdaFormerUpscale("Large"); }
                catch (AdaFormer.OnnxRuntimeUnavailableException exception) { Console.WriteLine(exception.Message); }
                """);
            return DotnetCommand.Run(application, "run");
        }
    }

    private static void WriteApplication(string folder, string feed, string version, string framework, params (string Name, string Version)[] packages)
    {
        // All but ours was restored for these tests and is taken from there, so this needs no network. Ours goes into a folder of its own.
        File.WriteAllText(Path.Combine(folder, "Application.csproj"), $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>{framework}</TargetFramework>
                <RollForward>Major</RollForward>
                <UseAppHost>false</UseAppHost>
                <RestoreEnablePackagePruning>true</RestoreEnablePackagePruning>
                <Nullable>enable</Nullable>
                <ImplicitUsings>enable</ImplicitUsings>
                <TreatWarningsAsErrors>true</TreatWarningsAsErrors>
                <!-- What was restored for these tests may have a later SkiaSharp than ML.NET asks for. -->
                <NoWarn>$(NoWarn);NU1603</NoWarn>
                <RestorePackagesPath>packages</RestorePackagesPath>
                <RestoreFallbackFolders>{Packages.Restored}</RestoreFallbackFolders>
              </PropertyGroup>
              <ItemGroup>
                <PackageReference Include="AdaFormer.MLNet" Version="{version}" />
                {string.Concat(packages.Select(package => $"<PackageReference Include=\"{package.Name}\" Version=\"{package.Version}\" />"))}
              </ItemGroup>
            </Project>
            """);
        File.WriteAllText(Path.Combine(folder, "nuget.config"), $"""
            <configuration>
              <packageSources>
                <clear />
                <add key="ours" value="{feed}" />
                <add key="restored" value="{Packages.Restored}" />
              </packageSources>
            </configuration>
            """);
    }
}
