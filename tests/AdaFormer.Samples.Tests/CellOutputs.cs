using System.Text.Json.Nodes;

namespace AdaFormer.Tests;

/// <summary>Collects what a cell prints and displays, as Jupyter's outputs.</summary>
internal sealed class CellOutputs : IDisposable
{
    private readonly JsonArray _outputs = [];
    private readonly StringWriter _printed = new() { NewLine = "\n" };
    private readonly TextWriter _console = Console.Out;
    private readonly CellOutputs? _outer;

    public CellOutputs()
    {
        (_outer, Current) = (s_current, this);
        Console.SetOut(_printed);
    }

    private static CellOutputs? s_current;

    /// <summary>Of the cell that is running.</summary>
    public static CellOutputs Current
    {
        get => s_current ?? throw new InvalidOperationException("No cell is running.");
        private set => s_current = value;
    }

    public void Display(string value, string mimeType)
    {
        FlushPrinted();
        var text = mimeType.StartsWith("image/png", StringComparison.Ordinal) ? JsonValue.Create(value) : (JsonNode)Notebook.Lines(value);
        _outputs.Add(new JsonObject { ["data"] = new JsonObject { [mimeType] = text }, ["metadata"] = new JsonObject(), ["output_type"] = "display_data" });
    }

    /// <summary>Everything so far.</summary>
    public JsonArray Take()
    {
        FlushPrinted();
        return _outputs;
    }

    public void Dispose()
    {
        Console.SetOut(_console);
        s_current = _outer;
    }

    private void FlushPrinted()
    {
        if (_printed.GetStringBuilder().Length == 0)
            return;
        _outputs.Add(new JsonObject { ["name"] = "stdout", ["output_type"] = "stream", ["text"] = Notebook.Lines(_printed.ToString()) });
        _printed.GetStringBuilder().Clear();
    }
}
