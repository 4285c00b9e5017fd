using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace AdaFormer.Tests;

/// <summary>Our packages, made of what was built for the tests, and those of others.</summary>
internal static class Packages
{
    private static readonly string Configuration = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;

    /// <summary>Where restore puts packages.</summary>
    public static string Restored { get; } = Environment.GetEnvironmentVariable("NUGET_PACKAGES")
        ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");

    public static bool IsOurs(string name) => name.StartsWith("AdaFormer", StringComparison.Ordinal);

    /// <summary>Packs projects of src into a folder.</summary>
    /// <returns>Their version, a new one, so that no cache has another package of it.</returns>
    public static string Pack(string folder, params IEnumerable<string> names)
    {
        var version = $"0.0.0-test{Guid.NewGuid():N}";
        foreach (var name in names)
            DotnetCommand.Run(TestData.Repository, "pack", $"src/{name}/{name}.csproj", "--no-build", "-c", Configuration, "-o", folder, $"-p:Version={version}", $"-p:NuspecOutputPath={folder}");
        return version;
    }

    /// <summary>The version that this repository has of a package: its own of ours, the one it asks for of others.</summary>
    public static string VersionOf(string name)
    {
        if (IsOurs(name))
            return Properties("Directory.Build.props").Descendants("Version").Single().Value;
        var all = Properties("Directory.Packages.props");
        var version = all.Descendants("PackageVersion").Single(item => (string?)item.Attribute("Include") == name).Attribute("Version")!.Value;
        return Regex.Replace(version, @"\$\((.+)\)", property => Property(property.Groups[1].Value));
    }

    /// <summary>A version that several packages have.</summary>
    public static string Property(string name) => Properties("Directory.Packages.props").Descendants(name).Single().Value;

    private static XDocument Properties(string file) => XDocument.Load(Path.Combine(TestData.Repository, file));
}
