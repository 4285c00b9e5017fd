using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using AdaFormer.Imaging;

namespace AdaFormer.Tests;

/// <summary>A notebook file: https://nbformat.readthedocs.io.</summary>
internal sealed partial class Notebook(string path)
{
    private static readonly JsonSerializerOptions Jupyters = new()
    {
        WriteIndented = true,
        IndentSize = 1,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private readonly JsonNode _root = JsonNode.Parse(File.ReadAllText(path))!;

    public JsonNode Metadata => _root["metadata"]!;

    public IEnumerable<JsonNode> CodeCells => _root["cells"]!.AsArray().Where(cell => (string?)cell!["cell_type"] == "code").Select(cell => cell!);

    /// <summary>The packages that its cells ask for.</summary>
    public IEnumerable<(string Name, string Version)> Packages =>
        from cell in CodeCells
        from Match package in Package().Matches(Text(cell["source"]!))
        select (package.Groups["name"].Value, package.Groups["version"].Value);

    /// <summary>Whether a cell asks for packages.</summary>
    public static bool AsksForPackages(JsonNode cell) => Package().IsMatch(Text(cell["source"]!));

    /// <summary>Whether the author has tagged a cell as one of measured times.</summary>
    public static bool IsTimed(JsonNode cell) => cell["metadata"]!["tags"]?.AsArray().Any(tag => (string?)tag == "timed") == true;

    /// <summary>Jupyter keeps text as an array of lines.</summary>
    public static JsonArray Lines(string text) =>
        [.. text.Split('\n').Select((line, index) => index < text.Count(character => character == '\n') ? line + "\n" : line).Where(line => line.Length > 0).Select(line => JsonValue.Create(line))];

    public static string Text(JsonNode node) => node is JsonArray lines ? string.Concat(lines.Select(line => (string?)line)) : (string)node!;

    /// <summary>A picture of an output.</summary>
    public static Picture Picture(string base64) => new PictureReader().Read(new MemoryStream(Convert.FromBase64String(base64)));

    /// <summary>The kind of an output, with its MIME types.</summary>
    public static string Kind(JsonNode output) =>
        $"{output["output_type"]}{(output["data"] is JsonObject data ? $" ({string.Join(", ", data.Select(item => item.Key))})" : "")}";

    public void Save() => File.WriteAllText(path, _root.ToJsonString(Jupyters) + "\n");

    [GeneratedRegex("""^#r "nuget: *(?<name>[^,"]+), *(?<version>[^"]+)"\r?$""", RegexOptions.Multiline)]
    private static partial Regex Package();
}
