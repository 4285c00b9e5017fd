using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis.CSharp.Scripting;
using Microsoft.CodeAnalysis.Scripting;

namespace AdaFormer.Tests;

/// <summary>
/// Runs the C# cells of a notebook in order, as .NET Interactive does, but with the assemblies built here in place of packages.
/// </summary>
internal sealed partial class NotebookRunner
{
    private readonly PackageAssemblies _packages = new();

    // The namespaces that .NET Interactive opens, and the one of DisplayAs.
    private ScriptOptions _options = ScriptOptions.Default
        .WithImports("System", "System.Text", "System.Collections", "System.Collections.Generic", "System.Threading.Tasks", "System.Linq", "Microsoft.DotNet.Interactive")
        .AddReferences(PackageAssemblies.Framework)
        .AddReferences(typeof(Microsoft.DotNet.Interactive.DisplayExtensions).Assembly);

    private ScriptState? _state;

    /// <summary>Runs the next cell.</summary>
    /// <returns>Its outputs.</returns>
    public async Task<JsonArray> Run(string code)
    {
        foreach (Match match in PackageReference().Matches(code))
            _options = _options.AddReferences(_packages.Of(match.Groups["name"].Value, match.Groups["version"].Value));
        code = PackageReference().Replace(code, "");

        using var outputs = new CellOutputs();
        _state = _state is null ? await CSharpScript.RunAsync(code, _options) : await _state.ContinueWithAsync(code, _options);
        if (_state.ReturnValue is not null)
            throw new InvalidOperationException("The cell ends with an expression, which .NET Interactive formats in its own way; print or display it.");
        return outputs.Take();
    }

    [GeneratedRegex("""^#r "nuget: *(?<name>[^,"]+), *(?<version>[^"]+)"\r?$""", RegexOptions.Multiline)]
    private static partial Regex PackageReference();
}
