using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using AdaFormer.Training.Architectures;

namespace AdaFormer.Training;

/// <summary>Training configurations in JSON, with comments and trailing commas allowed.</summary>
public static class TrainingConfigurationFile
{
    private const string RecipeName = "recipe";
    private const string PresetName = "preset";

    // The settings that have settings of their own.
    private static readonly (string Name, Type Type)[] Sections =
    [
        ("ablation", typeof(Ablation)), ("degradation", typeof(DegradationConfiguration)), ("adaformer", typeof(AdaFormerSizes)),
        ("asid", typeof(AsidConfiguration)), ("catanet", typeof(CatanetConfiguration)), ("swinir", typeof(SwinIrConfiguration)),
    ];

    /// <summary>How settings are written: in snake case.</summary>
    internal static readonly JsonSerializerOptions Options = new()
    {
        IgnoreReadOnlyProperties = true,
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        // Once more: the serializer reads an element's original text, comments and all.
        ReadCommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
        RespectNullableAnnotations = true,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false) },
    };

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
            RequireKnownNames(root, NamesOf(typeof(TrainingConfiguration)), "");
            foreach (var (name, type) in Sections)
            {
                if (root.TryGetProperty(name, out var section) && section.ValueKind == JsonValueKind.Object)
                    RequireKnownNames(section, NamesOf(type), $"{name}.");
            }

            var settings = ToJson(Defaults(root));
            foreach (var property in root.EnumerateObject())
                settings[property.Name] = property.Value.Deserialize<JsonNode>(Options);
            var configuration = settings.Deserialize<TrainingConfiguration>(Options)!.Validated();
            TrainableArchitectures.CheckGiven(configuration.Architecture, root.EnumerateObject().Select(property => property.Name));
            return configuration;
        }
        catch (JsonException exception)
        {
            throw new TrainingConfigurationException($"The configuration cannot be understood: {exception.Message}", exception);
        }
    }

    /// <summary>All settings by their names in a file.</summary>
    internal static JsonObject ToJson(TrainingConfiguration configuration) => JsonSerializer.SerializeToNode(configuration, Options)!.AsObject();

    private static TrainingConfiguration Defaults(JsonElement root)
    {
        var recipe = root.TryGetProperty(RecipeName, out var named) ? named.Deserialize<TrainingRecipe>(Options) : TrainingRecipe.Paper;
        var preset = root.TryGetProperty(PresetName, out var size) && size.ValueKind == JsonValueKind.String ? size.GetString()! : "base";
        return TrainingConfiguration.FromRecipe(recipe, preset);
    }

    private static string[] NamesOf(Type type) =>
        [.. type.GetProperties().Where(property => property.CanWrite).Select(property => JsonNamingPolicy.SnakeCaseLower.ConvertName(property.Name))];

    private static void RequireKnownNames(JsonElement section, IReadOnlyCollection<string> known, string prefix)
    {
        if (section.EnumerateObject().Select(property => property.Name).FirstOrDefault(name => !known.Contains(name)) is { } unknown)
        {
            var nearest = NearestName.To(unknown, known);
            throw new TrainingConfigurationException($"There is no setting '{prefix}{unknown}'. Did you mean '{prefix}{nearest}'?");
        }
    }
}
