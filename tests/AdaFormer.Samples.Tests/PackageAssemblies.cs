using System.Text.Json.Nodes;

namespace AdaFormer.Tests;

/// <summary>The assemblies that stand for packages: those that these tests were built with.</summary>
internal sealed class PackageAssemblies
{
    private readonly JsonObject _libraries;

    public PackageAssemblies()
    {
        var path = Path.ChangeExtension(typeof(PackageAssemblies).Assembly.Location, ".deps.json");
        var root = JsonNode.Parse(File.ReadAllText(path))!;
        _libraries = root["targets"]![(string)root["runtimeTarget"]!["name"]!]!.AsObject();
    }

    /// <summary>What a program has without any package.</summary>
    public static IEnumerable<string> Framework { get; } = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!)
        .Split(Path.PathSeparator).Where(path => Path.GetDirectoryName(path) == Path.GetDirectoryName(typeof(object).Assembly.Location));

    /// <summary>A package's assemblies and those that it depends on; no others, so that a notebook names all that it needs.</summary>
    /// <exception cref="InvalidOperationException">These tests are not built with that version of the package.</exception>
    public IEnumerable<string> Of(string name, string version)
    {
        // With -p:Cuda=true the GPU's package is there in place of the CPU's.
        if (!_libraries.ContainsKey($"{name}/{version}") && !_libraries.ContainsKey($"{name}.Gpu/{version}"))
            throw new InvalidOperationException($"The notebook asks for {name} {version}; expected a package and version of Directory.Packages.props, or ours.");
        return Closure(name).Distinct();
    }

    private IEnumerable<string> Closure(string name)
    {
        var library = _libraries.SingleOrDefault(item => item.Key.StartsWith(name + "/", StringComparison.Ordinal)).Value;
        var own = library?["runtime"]?.AsObject().Select(file => Path.Combine(AppContext.BaseDirectory, Path.GetFileName(file.Key))) ?? [];
        return own.Concat(library?["dependencies"]?.AsObject().SelectMany(dependency => Closure(dependency.Key)) ?? []);
    }
}
