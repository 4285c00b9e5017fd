using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace AdaFormer.Export.Weights;

/// <summary>
/// Tensors and metadata of a safetensors file (https://huggingface.co/docs/safetensors): an 8-byte little-endian header length,
/// a JSON header, then the raw values. Read as data only: the header, every offset and every size are checked before use. Other number
/// types are converted to float32; files are written in float32.
/// </summary>
public sealed class SafetensorsFile
{
    private const int MaximumHeaderLength = 100_000_000;
    private const int MaximumRank = 16;
    private const string MetadataKey = "__metadata__";

    // With duplicate names, readers differ in which one counts.
    private static readonly JsonDocumentOptions StrictJson = new() { AllowDuplicateProperties = false };

    /// <summary>Holds tensors by name, with free-form metadata.</summary>
    public SafetensorsFile(IReadOnlyDictionary<string, WeightTensor> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        ArgumentNullException.ThrowIfNull(tensors);
        Tensors = tensors;
        Metadata = metadata ?? new Dictionary<string, string>();
    }

    /// <summary>All tensors by name.</summary>
    public IReadOnlyDictionary<string, WeightTensor> Tensors { get; }

    /// <summary>The header's <c>__metadata__</c>.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>Reads a file.</summary>
    /// <exception cref="WeightsFormatException">The file is damaged, or contains an unsupported number type.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static SafetensorsFile Read(string path) => Parse(File.ReadAllBytes(path), path);

    /// <summary>Reads the bytes of a file.</summary>
    /// <param name="bytes">The whole file.</param>
    /// <param name="name">The name to use in error messages.</param>
    /// <exception cref="WeightsFormatException">The bytes are damaged, or contain an unsupported number type.</exception>
    public static SafetensorsFile Parse(ReadOnlySpan<byte> bytes, string name = "safetensors")
    {
        if (bytes.Length < 8)
            throw Damaged(name, $"it has {bytes.Length} bytes, fewer than the 8 of its header length");
        var headerLength = BinaryPrimitives.ReadUInt64LittleEndian(bytes);
        if (headerLength > MaximumHeaderLength || headerLength > (ulong)(bytes.Length - 8))
            throw Damaged(name, $"its header claims {headerLength} bytes, but only {bytes.Length - 8} follow");
        var data = bytes[(8 + (int)headerLength)..];
        var tensors = new SortedDictionary<string, WeightTensor>(StringComparer.Ordinal);
        var metadata = new SortedDictionary<string, string>(StringComparer.Ordinal);
        try
        {
            using var header = JsonDocument.Parse(bytes.Slice(8, (int)headerLength).ToArray(), StrictJson);
            var spans = new List<(long Start, long End)>();
            foreach (var entry in header.RootElement.EnumerateObject())
            {
                if (entry.Name == MetadataKey)
                {
                    foreach (var item in entry.Value.EnumerateObject())
                        metadata[item.Name] = item.Value.GetString() ?? "";
                    continue;
                }

                var (tensor, span) = ReadTensor(entry, data, name);
                tensors.Add(entry.Name, tensor);
                spans.Add(span);
            }

            CheckCoverage(spans, data.Length, name);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or KeyNotFoundException or FormatException or OverflowException)
        {
            throw new WeightsFormatException($"'{name}' is not a valid safetensors file: {exception.Message}", exception);
        }

        return new SafetensorsFile(tensors, metadata);
    }

    /// <summary>Writes the file: keys sorted, values in the order of the keys, the header padded to 8 bytes.</summary>
    /// <exception cref="IOException">The stream cannot be written.</exception>
    public void Write(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        var ordered = Tensors.OrderBy(pair => pair.Key, StringComparer.Ordinal).ToArray();
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            if (Metadata.Count > 0)
            {
                json.WriteStartObject(MetadataKey);
                foreach (var (key, value) in Metadata.OrderBy(pair => pair.Key, StringComparer.Ordinal))
                    json.WriteString(key, value);
                json.WriteEndObject();
            }

            var offset = 0L;
            foreach (var (key, tensor) in ordered)
            {
                json.WriteStartObject(key);
                json.WriteString("dtype", "F32");
                WriteNumbers(json, "shape", tensor.Shape);
                WriteNumbers(json, "data_offsets", [offset, offset += 4L * tensor.Values.Length]);
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        while (buffer.Length % 8 != 0)
            buffer.WriteByte((byte)' ');
        Span<byte> length = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)buffer.Length);
        stream.Write(length);
        buffer.WriteTo(stream);
        foreach (var (_, tensor) in ordered)
            stream.Write(MemoryMarshal.AsBytes<float>(tensor.Values));
    }

    private static (WeightTensor Tensor, (long Start, long End) Span) ReadTensor(JsonProperty entry, ReadOnlySpan<byte> data, string name)
    {
        var dtype = entry.Value.GetProperty("dtype").GetString();
        var type = ElementType.Find(dtype)
            ?? throw new WeightsFormatException($"'{name}': tensor '{entry.Name}' has type {dtype}; supported are {string.Join(", ", ElementType.Names)}.");
        var shape = entry.Value.GetProperty("shape").EnumerateArray().Select(extent => extent.GetInt64()).ToArray();
        var offsets = entry.Value.GetProperty("data_offsets").EnumerateArray().Select(offset => offset.GetInt64()).ToArray();
        if (shape.Any(extent => extent < 0) || offsets.Length != 2 || offsets[0] < 0 || offsets[1] < offsets[0] || offsets[1] > data.Length)
            throw Damaged(name, $"tensor '{entry.Name}' lies outside the file");
        if (shape.Length > MaximumRank)
            throw Damaged(name, $"tensor '{entry.Name}' has {shape.Length} dimensions, expected at most {MaximumRank}");
        var count = shape.Aggregate(1L, (product, extent) => checked(product * extent));
        if (checked(count * type.Size) != offsets[1] - offsets[0])
            throw Damaged(name, $"tensor '{entry.Name}' of shape [{string.Join(", ", shape)}] has {offsets[1] - offsets[0]} bytes instead of {count * type.Size}");
        return (new WeightTensor(shape, type.ReadAll(data[(int)offsets[0]..(int)offsets[1]])), (offsets[0], offsets[1]));
    }

    private static void CheckCoverage(List<(long Start, long End)> spans, long length, string name)
    {
        var end = 0L;
        foreach (var span in spans.Order())
        {
            if (span.Start != end)
                throw Damaged(name, "its tensors overlap or leave gaps");
            end = span.End;
        }

        if (end != length)
            throw Damaged(name, $"its tensors need {end} bytes, but {length} are there");
    }

    private static void WriteNumbers(Utf8JsonWriter json, string key, IEnumerable<long> numbers)
    {
        json.WriteStartArray(key);
        foreach (var number in numbers)
            json.WriteNumberValue(number);
        json.WriteEndArray();
    }

    private static WeightsFormatException Damaged(string name, string what) =>
        new($"'{name}' is damaged or not a safetensors file: {what}. Get the file again.");
}

/// <summary>A weights file is damaged, or lacks what its architecture needs.</summary>
public sealed class WeightsFormatException : Exception
{
    /// <summary>Creates the exception with what is wrong with the file and what was expected.</summary>
    public WeightsFormatException(string message, Exception? innerException = null) : base(message, innerException)
    {
    }
}

/// <summary>A named float32 tensor in row-major order.</summary>
public sealed class WeightTensor
{
    /// <summary>Wraps values with their shape.</summary>
    /// <param name="shape">Extent of every axis; empty for a scalar.</param>
    /// <param name="values">As many values as the shape has elements, last axis fastest.</param>
    /// <exception cref="ArgumentException">The number of values does not fit the shape.</exception>
    public WeightTensor(IReadOnlyList<long> shape, float[] values)
    {
        ArgumentNullException.ThrowIfNull(shape);
        ArgumentNullException.ThrowIfNull(values);
        var count = shape.Aggregate(1L, (product, extent) => checked(product * extent));
        if (count != values.Length)
            throw new ArgumentException($"A tensor of shape [{string.Join(", ", shape)}] has {count} values, but {values.Length} were given.", nameof(values));
        Shape = shape;
        Values = values;
    }

    /// <summary>Extent of every axis.</summary>
    public IReadOnlyList<long> Shape { get; }

    /// <summary>The values, last axis fastest.</summary>
    public float[] Values { get; }
}
