using System.Text.Json;
using System.Text.RegularExpressions;

namespace AdaFormer;

/// <summary>A list of models, <c>manifest.json</c>. Its contents are validated before use.</summary>
internal static partial class ModelManifest
{
    public const string FileName = "manifest.json";
    public const int MaximumLength = 4 << 20;

    private const long MaximumFileLength = 1L << 30;
    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.CamelCase, WriteIndented = true };

    private sealed record Content(IReadOnlyList<ModelEntry> Models);

    /// <exception cref="ModelFormatException">It is not a manifest, or lists a file outside its folder, without a hash or a licence.</exception>
    public static IReadOnlyList<ModelEntry> Parse(ReadOnlySpan<byte> json, string name)
    {
        try
        {
            var models = JsonSerializer.Deserialize<Content>(json, Json)?.Models ?? throw new JsonException("It has no list 'models'.");
            foreach (var model in models)
                Check(model, name);
            return models.Select(model => model.Name).Distinct(StringComparer.OrdinalIgnoreCase).Count() == models.Count
                ? models
                : throw new ModelFormatException($"'{name}' lists a model twice.");
        }
        catch (JsonException exception)
        {
            throw new ModelFormatException($"'{name}' is not a model manifest: {exception.Message}", exception);
        }
    }

    public static byte[] Write(IEnumerable<ModelEntry> models) =>
        JsonSerializer.SerializeToUtf8Bytes(new Content([.. models.OrderBy(model => model.Name, StringComparer.Ordinal)]), Json);

    private static void Check(ModelEntry? model, string name)
    {
        if (model?.Name is null || !Safe().IsMatch(model.Name))
            throw Invalid($"a model is called '{model?.Name}'", "letters, digits, '-', '_', '+' and '.'");
        if (string.IsNullOrWhiteSpace(model.License))
            throw Invalid($"the model '{model.Name}' has no licence", "its name, or 'unknown'");
        if (model.Files is null || !model.Files.Any(file => file?.Path?.EndsWith(".onnx", StringComparison.OrdinalIgnoreCase) ?? false))
            throw Invalid($"the model '{model.Name}' has no ONNX file", "one among its files");
        foreach (var file in model.Files)
        {
            if (file?.Path is null || !file.Path.Split('/').All(part => Safe().IsMatch(part)) || file.Path.Equals(FileName, StringComparison.OrdinalIgnoreCase))
                throw Invalid($"the model '{model.Name}' has the file '{file?.Path}'", "a path within the folder, of plain names");
            if (file.Bytes is < 1 or > MaximumFileLength || file.Sha256 is null || !Hash().IsMatch(file.Sha256))
                throw Invalid($"the file '{file.Path}' is {file.Bytes} bytes long with SHA-256 '{file.Sha256}'", "a length up to 1 GiB and 64 hexadecimal digits");
        }

        ModelFormatException Invalid(string what, string expected) => new($"In the manifest '{name}', {what}; expected {expected}.");
    }

    // No separators, no drives, no names consisting of dots, no device names of Windows.
    [GeneratedRegex(@"^(?!(con|prn|aux|nul|com\d|lpt\d)(\.|$))[a-z0-9_+][a-z0-9_+.-]{0,99}(?<!\.)\z", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Safe();

    [GeneratedRegex(@"^[0-9a-f]{64}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Hash();
}
