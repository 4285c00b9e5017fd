using System.Text.Json;
using System.Text.Json.Serialization;

namespace AdaFormer.Training;

/// <summary>Training configurations in JSON, with comments and trailing commas allowed.</summary>
public static class TrainingConfigurationFile
{
    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        ReadCommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
        RespectNullableAnnotations = true,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false) },
    };

    private static readonly string[] KnownNames = typeof(TrainingConfiguration).GetProperties()
        .Where(property => property.CanWrite)
        .Select(property => JsonNamingPolicy.SnakeCaseLower.ConvertName(property.Name))
        .ToArray();

    /// <summary>Reads and checks a file.</summary>
    /// <exception cref="TrainingConfigurationException">The file is no JSON, has an unknown key (the message names the nearest right one), or a value is out of range.</exception>
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
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
            if (document.RootElement.ValueKind != JsonValueKind.Object)
                throw new TrainingConfigurationException($"The configuration is a JSON {document.RootElement.ValueKind}; expected an object in braces.");
            var unknown = document.RootElement.EnumerateObject().Select(property => property.Name).FirstOrDefault(name => !KnownNames.Contains(name));
            if (unknown is not null)
                throw new TrainingConfigurationException($"There is no setting '{unknown}'. Did you mean '{NearestName.To(unknown, KnownNames)}'?");
            return document.RootElement.Deserialize<TrainingConfiguration>(Options)!.Validated();
        }
        catch (JsonException exception)
        {
            throw new TrainingConfigurationException($"The configuration cannot be understood: {exception.Message}", exception);
        }
    }
}
