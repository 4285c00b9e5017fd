using System.Text.Json;
using System.Text.Json.Serialization;

namespace AdaFormer.Training;

/// <summary>Training configurations in JSON, with comments and trailing commas allowed.</summary>
public static class TrainingConfigurationFile
{
    /// <summary>How settings are written: in snake case.</summary>
    internal static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        // Once more: the serializer reads an element's original text, comments and all.
        ReadCommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
        RespectNullableAnnotations = true,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false) },
    };

    private const string AblationSection = "ablation";

    private static readonly JsonDocumentOptions DocumentOptions = new()
    {
        CommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
    };

    /// <summary>Reads and checks a file.</summary>
    /// <exception cref="TrainingConfigurationException">
    /// The file is no JSON, has an unknown key (the message names the nearest right one), or a value is out of range.
    /// </exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static TrainingConfiguration Read(string path)
    {
        try
        {
            return Parse(File.ReadAllText(path));
        }
        catch (TrainingConfigurationException exception)
        {
            throw new TrainingConfigurationException($"'{path}': {exception.Message}", exception);
        }
    }

    /// <summary>Reads and checks JSON text.</summary>
    /// <exception cref="TrainingConfigurationException">As for <see cref="Read"/>.</exception>
    public static TrainingConfiguration Parse(string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json, DocumentOptions);
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object)
                throw new TrainingConfigurationException($"The configuration is a JSON {root.ValueKind}; expected an object in braces.");
            RequireKnownNames(root, typeof(TrainingConfiguration), "");
            if (root.TryGetProperty(AblationSection, out var ablation) && ablation.ValueKind == JsonValueKind.Object)
                RequireKnownNames(ablation, typeof(Ablation), $"{AblationSection}.");
            return root.Deserialize<TrainingConfiguration>(Options)!.Validated();
        }
        catch (JsonException exception)
        {
            throw new TrainingConfigurationException($"The configuration cannot be understood: {exception.Message}", exception);
        }
    }

    private static void RequireKnownNames(JsonElement section, Type type, string prefix)
    {
        var known = type.GetProperties()
            .Where(property => property.CanWrite)
            .Select(property => JsonNamingPolicy.SnakeCaseLower.ConvertName(property.Name))
            .ToArray();
        if (section.EnumerateObject().Select(property => property.Name).FirstOrDefault(name => !known.Contains(name)) is { } unknown)
        {
            var nearest = NearestName.To(unknown, known);
            throw new TrainingConfigurationException($"There is no setting '{prefix}{unknown}'. Did you mean '{prefix}{nearest}'?");
        }
    }
}
