using System.Text;

namespace AdaFormer;

/// <summary>
/// Checks an ONNX file before ONNX Runtime loads it: it must not be too large, consist of known operators, contain all of its values, and
/// not nest subgraphs deeply. Field numbers are those of the ONNX specification (https://onnx.ai/onnx/repo-docs/IR.html). This lowers the
/// risk of a file from an untrusted source; it is not a sandbox.
/// </summary>
internal sealed class OnnxCheck
{
    /// <summary>The maximum file size: 1 GiB, more than any super-resolution network needs.</summary>
    public const long MaximumBytes = 1L << 30;

    private const int MaximumDepth = 8;
    private const int ListedOperators = 10;
    private readonly string _name;
    private readonly SortedSet<string> _unknown = new(StringComparer.Ordinal);
    private bool _hasGraph;

    private OnnxCheck(string name) => _name = name;

    /// <summary>Reads a file, unless it is too large.</summary>
    /// <exception cref="ModelFormatException">The file is too large.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static byte[] ReadFile(string path)
    {
        CheckLength(new FileInfo(path).Length, path);
        return File.ReadAllBytes(path);
    }

    /// <summary>Checks the bytes of a file.</summary>
    /// <exception cref="ModelFormatException">The file contains something that is not allowed.</exception>
    public static void Check(ReadOnlySpan<byte> model, string name)
    {
        CheckLength(model.Length, name);
        var check = new OnnxCheck(name);
        // ONNX Runtime treats such a file as its own format, whatever else it contains.
        if (model.Length >= 8 && model[4..8].SequenceEqual("ORTM"u8))
            throw check.Refused("it is in ONNX Runtime's own format; expected ONNX");
        try
        {
            check.Model(model);
        }
        catch (InvalidDataException exception)
        {
            throw Damaged(name, exception);
        }

        if (!check._hasGraph)
            throw Damaged(name, null);
        if (check._unknown.Count > 0)
            throw check.Refused($"it has operators that super-resolution networks do not need: {string.Join(", ", check._unknown.Take(ListedOperators))}{(check._unknown.Count > ListedOperators ? ", and more" : "")}");
    }

    public static ModelFormatException Damaged(string name, Exception? exception) =>
        new($"'{name}' is damaged or not an ONNX model. Get the file again, or export the weights again.", exception);

    private static void CheckLength(long length, string name)
    {
        if (length > MaximumBytes)
            throw new ModelFormatException($"'{name}' has {length} bytes; expected a model of at most {MaximumBytes}.");
    }

    private void Model(ReadOnlySpan<byte> model)
    {
        for (var fields = new ProtobufReader(model); fields.Next();)
        {
            if (!fields.HasContent)
                continue;
            if (fields.Field == 7)
                Graph(fields.Content, 0);
            else if (fields.Field == 20)
                throw Refused("it has graphs for training; expected one for inference");
            else if (fields.Field == 25)
                throw Refused("it defines functions; expected a graph with all functions inlined");
        }
    }

    private void Graph(ReadOnlySpan<byte> graph, int depth)
    {
        if (depth > MaximumDepth)
            throw Refused($"its graphs are nested more than {MaximumDepth} deep");
        _hasGraph = true;
        for (var fields = new ProtobufReader(graph); fields.Next();)
        {
            if (!fields.HasContent)
                continue;
            if (fields.Field == 1)
                Node(fields.Content, depth);
            else if (fields.Field == 5)
                Tensor(fields.Content);
            else if (fields.Field == 15)
                throw Sparse();
        }
    }

    private void Node(ReadOnlySpan<byte> node, int depth)
    {
        string type = "", domain = "";
        for (var fields = new ProtobufReader(node); fields.Next();)
        {
            if (!fields.HasContent)
                continue;
            if (fields.Field == 4)
                type = Encoding.UTF8.GetString(fields.Content);
            else if (fields.Field == 5)
                Attribute(fields.Content, depth);
            else if (fields.Field == 7)
                domain = Encoding.UTF8.GetString(fields.Content);
        }

        if (!OnnxOperators.Contains(domain, type))
            _unknown.Add(Printable(domain is "" ? type : $"{domain}.{type}"));
    }

    // A value's kind is not considered: everything in an attribute is checked.
    private void Attribute(ReadOnlySpan<byte> attribute, int depth)
    {
        for (var fields = new ProtobufReader(attribute); fields.Next();)
        {
            if (!fields.HasContent)
                continue;
            if (fields.Field is 5 or 10)
                Tensor(fields.Content);
            else if (fields.Field is 6 or 11)
                Graph(fields.Content, depth + 1);
            else if (fields.Field is 22 or 23)
                throw Sparse();
        }
    }

    private void Tensor(ReadOnlySpan<byte> tensor)
    {
        var name = "";
        long? values = 1;
        var external = false;
        for (var fields = new ProtobufReader(tensor); fields.Next();)
        {
            if (fields.Field == 1)
                values = fields.Times(values);
            else if (fields is { Field: 8, HasContent: true })
                name = Printable(Encoding.UTF8.GetString(fields.Content));
            else if (fields is { Field: 13, HasContent: true } || (fields is { Field: 14, HasNumber: true } && (int)fields.Number != 0))
                external = true;
        }

        if (external)
            throw Refused($"its tensor '{name}' takes its values from another file; expected them inside the model");
        // The smallest types pack four values into a byte.
        if (values is null || values > 4L * tensor.Length)
            throw Refused($"its tensor '{name}' claims {values?.ToString() ?? "too many"} values, but has {tensor.Length} bytes");
    }

    private ModelFormatException Sparse() => Refused("it has sparse tensors; expected dense ones");

    private ModelFormatException Refused(string why) =>
        new($"'{_name}' is not loaded: {why}. Export the weights again; or, if you trust the file, say --trust (ModelOptions.Trusted).");

    private static string Printable(string text) =>
        string.Concat((text.Length > 80 ? text[..80] + "…" : text).Select(letter => char.IsControl(letter) ? '?' : letter));
}
