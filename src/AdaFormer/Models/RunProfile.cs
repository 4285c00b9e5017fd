using System.Globalization;
using System.Text.Json;
using Microsoft.ML.OnnxRuntime;

namespace AdaFormer;

/// <summary>ONNX Runtime's record of the operators that a session ran, a JSON file, of which only the sizes of tensors are read.</summary>
internal sealed class RunProfile : IDisposable
{
    private readonly string _name = $"adaformer-{Guid.NewGuid():N}";

    /// <summary>The beginning of the record's path.</summary>
    public string Prefix => Path.Combine(Path.GetTempPath(), _name);

    /// <summary>Ends the record of a session.</summary>
    /// <returns>The bytes of the inputs and outputs of the operator that has the most, in any of the runs; 0 if there is no record.</returns>
    public static long LargestStep(InferenceSession session)
    {
        var path = session.EndProfiling();
        try
        {
            using var file = File.OpenRead(path);
            using var record = JsonDocument.Parse(file);
            return record.RootElement.EnumerateArray().Max(step => Bytes(step, "activation_size") + Bytes(step, "output_size"));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or JsonException or ArgumentException or InvalidOperationException)
        {
            return 0;
        }
    }

    /// <summary>Deletes the record, also that of a session that could not be created.</summary>
    public void Dispose()
    {
        foreach (var path in Directory.EnumerateFiles(Path.GetTempPath(), $"{_name}*"))
            File.Delete(path);
    }

    private static long Bytes(JsonElement step, string name) =>
        step.TryGetProperty("args", out var facts) && facts.TryGetProperty(name, out var bytes) && long.TryParse(bytes.GetString(), NumberStyles.None, CultureInfo.InvariantCulture, out var value)
            ? value
            : 0;
}
