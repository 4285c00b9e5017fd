using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using AdaFormer.Training.Architectures;

namespace AdaFormer.Training.Configuration;

/// <summary>Reads training configurations in JSON, with comments and trailing commas allowed.</summary>
public static class TrainingConfigurationFile
{
    private const string RecipeName = "recipe";
    private const string PresetName = "preset";
    private const string ErrorPowerName = "error_power";

    private const string NoAblation = """
        {"branches":"local_and_global","masks":"local_and_global","exit":"confidence","exit_depth":2,"exit_seed":0,"shared_estimator":true,"normalized_estimator_input":false,
        "fresh_estimator":false,"detached_error":true,"detached_tokens":true,"estimator_loss":"likelihood"}
        """;

    /// <summary>Format of settings: in snake case.</summary>
    internal static readonly JsonSerializerOptions Options = new()
    {
        IgnoreReadOnlyProperties = true,
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        // Repeated here: the serializer reads an element's original text, including comments.
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
    /// The file is not JSON, has an unknown key (the message names the nearest valid one), or a value is out of range.
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
            var given = root.EnumerateObject().Select(property => property.Name).ToArray();
            var settings = JsonSerializer.SerializeToNode(Defaults(root), Options)!.AsObject();
            RequireKnownNames(given, [.. settings.Select(pair => pair.Key), .. TrainableArchitectures.Names], "");
            foreach (var property in root.EnumerateObject())
                settings[property.Name] = property.Value.Deserialize<JsonNode>(Options);
            Update(settings);
            RequireKnownNames(settings["degradation"], "degradation", typeof(DegradationConfiguration));
            foreach (var architecture in TrainableArchitectures.Names)
                RequireKnownNames(settings[architecture], architecture, TrainableArchitectures.DefaultSizes(architecture)!.GetType());
            var configuration = settings.Deserialize<TrainingConfiguration>(Options)!;
            TrainableArchitectures.CheckGiven(configuration.Architecture, given);
            return (configuration with { Sizes = Sizes(settings, configuration.Architecture) }).Validated();
        }
        catch (JsonException exception)
        {
            throw new TrainingConfigurationException($"The configuration is invalid: {exception.Message}", exception);
        }
    }

    /// <summary>All settings by their names in a file.</summary>
    internal static JsonObject ToJson(TrainingConfiguration configuration, JsonSerializerOptions? options = null)
    {
        var settings = JsonSerializer.SerializeToNode(configuration, options ?? Options)!.AsObject();
        if ((configuration.Sizes ?? TrainableArchitectures.DefaultSizes(configuration.Architecture)) is { } sizes)
            settings[configuration.Architecture] = JsonSerializer.SerializeToNode(sizes, sizes.GetType(), options ?? Options);
        return settings;
    }

    /// <summary>
    /// Updates older settings: <c>error_power</c> was one of the ablations, and checkpoints contained an ablation section even if empty.
    /// </summary>
    internal static void Update(JsonObject settings)
    {
        if (settings[TrainingConfiguration.AblationName] is not JsonObject ablation)
            return;
        if (ablation.Remove(ErrorPowerName, out var power))
            settings[ErrorPowerName] = power;
        if (ablation.Count == 0 || JsonNode.DeepEquals(ablation, JsonNode.Parse(NoAblation)))
            settings[TrainingConfiguration.AblationName] = null;
    }

    /// <summary>Checks the names in an optional section against a type's properties.</summary>
    /// <exception cref="TrainingConfigurationException">A name is unknown; the message suggests the nearest one.</exception>
    internal static void RequireKnownNames(JsonNode? section, string name, Type type)
    {
        if (section is JsonObject settings)
            RequireKnownNames(settings.Select(pair => pair.Key), NamesOf(type), $"{name}.");
    }

    private static void RequireKnownNames(IEnumerable<string> names, IReadOnlyCollection<string> known, string prefix)
    {
        if (names.FirstOrDefault(name => !known.Contains(name)) is { } unknown)
            throw new TrainingConfigurationException($"There is no setting '{prefix}{unknown}'. Did you mean '{prefix}{NearestName.To(unknown, known)}'?");
    }

    private static NetworkSizes? Sizes(JsonObject settings, string architecture) => settings.TryGetPropertyValue(architecture, out var section)
        ? (NetworkSizes)(section?.Deserialize(TrainableArchitectures.DefaultSizes(architecture)!.GetType(), Options)
            ?? throw new JsonException($"{architecture} is null; expected an object in braces."))
        : null;

    private static TrainingConfiguration Defaults(JsonElement root)
    {
        var recipe = root.TryGetProperty(RecipeName, out var named) ? named.Deserialize<TrainingRecipe>(Options) : TrainingRecipe.Paper;
        var preset = root.TryGetProperty(PresetName, out var size) && size.ValueKind == JsonValueKind.String ? size.GetString()! : "base";
        return TrainingConfiguration.FromRecipe(recipe, preset);
    }

    private static string[] NamesOf(Type type) =>
        [.. type.GetProperties().Where(property => property.CanWrite).Select(property => JsonNamingPolicy.SnakeCaseLower.ConvertName(property.Name))];
}

/// <summary>Finds the name that was probably meant, by edit distance.</summary>
internal static class NearestName
{
    public static string To(string name, IEnumerable<string> candidates) => candidates.MinBy(candidate => Distance(name, candidate))!;

    private static int Distance(string a, string b)
    {
        var previous = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var current = new int[b.Length + 1];
            current[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var substitution = previous[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
                current[j] = Math.Min(substitution, 1 + Math.Min(previous[j], current[j - 1]));
            }

            previous = current;
        }

        return previous[b.Length];
    }
}

/// <summary>A training configuration is damaged, contains an unknown name, or is invalid.</summary>
public sealed class TrainingConfigurationException : Exception
{
    /// <summary>Creates the exception with what is wrong and what was expected.</summary>
    public TrainingConfigurationException(string message, Exception? innerException = null) : base(message, innerException)
    {
    }
}
