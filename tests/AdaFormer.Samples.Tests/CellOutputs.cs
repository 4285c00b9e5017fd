using System.Text.Json.Nodes;

namespace AdaFormer.Tests;

/// <summary>What the kernel says of a cell, as Jupyter keeps it.</summary>
internal sealed class CellOutputs(int executionCount)
{
    public JsonArray Items { get; } = [];

    /// <summary>Adds an event, if it is an output.</summary>
    public void Add(string kind, JsonNode details)
    {
        switch (kind)
        {
            case "StandardOutputValueProduced":
                Print("stdout", details);
                break;
            case "StandardErrorValueProduced":
                Print("stderr", details);
                break;
            case "DisplayedValueProduced":
                Items.Add(new JsonObject { ["data"] = Data(details), ["metadata"] = new JsonObject(), ["output_type"] = "display_data" });
                break;
            case "ReturnValueProduced":
                Items.Add(new JsonObject { ["data"] = Data(details), ["execution_count"] = executionCount, ["metadata"] = new JsonObject(), ["output_type"] = "execute_result" });
                break;
        }
    }

    // Each line is an event of its own; Jupyter joins them.
    private void Print(string stream, JsonNode details)
    {
        var text = (string)details["formattedValues"]![0]!["value"]!;
        if (Items.LastOrDefault() is { } last && (string?)last["name"] == stream)
            last["text"] = Notebook.Lines(Notebook.Text(last["text"]!) + text);
        else
            Items.Add(new JsonObject { ["name"] = stream, ["output_type"] = "stream", ["text"] = Notebook.Lines(text) });
    }

    private static JsonObject Data(JsonNode details)
    {
        var data = new JsonObject();
        foreach (var value in details["formattedValues"]!.AsArray())
        {
            var (mimeType, text) = ((string)value!["mimeType"]!, (string)value["value"]!);
            data[mimeType] = mimeType == "image/png" ? text : Notebook.Lines(text);
        }

        return data;
    }
}
