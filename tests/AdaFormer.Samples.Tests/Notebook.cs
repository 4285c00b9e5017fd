using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace AdaFormer.Tests;

/// <summary>A notebook file: https://nbformat.readthedocs.io.</summary>
internal sealed class Notebook(string path)
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

    /// <summary>Jupyter keeps text as an array of lines.</summary>
    public static JsonArray Lines(string text) =>
        [.. text.Split('\n').Select((line, index) => index < text.Count(character => character == '\n') ? line + "\n" : line).Where(line => line.Length > 0).Select(line => JsonValue.Create(line))];

    public static string Text(JsonNode node) => node is JsonArray lines ? string.Concat(lines.Select(line => (string?)line)) : (string)node!;

    /// <summary>The kind of an output, with its MIME types.</summary>
    public static string Kind(JsonNode output) =>
        $"{output["output_type"]}{(output["data"] is JsonObject data ? $" ({string.Join(", ", data.Select(item => item.Key))})" : "")}";

    public void Save() => File.WriteAllText(path, _root.ToJsonString(Jupyters) + "\n");
}
