using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using AdaFormer.Training.Architectures;
using AdaFormer.Training.Configuration;
using AdaFormer.Training.Optimization;

namespace AdaFormer.Training.Checkpoints;

/// <summary>The settings that affect a run's result, as stored in a checkpoint: JSON, with the pictures instead of their folders and the
/// teacher's hash instead of its name.</summary>
internal static class TrainingSettings
{
    private const string Pictures = "training_pictures";

    // Settings of where and how to run, of reporting, and those that only matter at the start.
    private static readonly string[] WithoutEffect =
    [
        "recipe", "training_folders", "validation_folder", "validation_jpeg", "output_folder", "initial_weights", "teacher_folder",
        "device", "threads", "log_interval", "validation_interval", "checkpoint_interval",
    ];

    /// <param name="configuration">The run's configuration.</param>
    /// <param name="paths">Its pictures, in order. They are identified by names and lengths, so that folders may move to another machine.</param>
    /// <param name="teacher">SHA-256 of the teacher's file; null: there is none.</param>
    public static string Of(TrainingConfiguration configuration, IEnumerable<string> paths, string? teacher)
    {
        var settings = Shaping(configuration);
        if (teacher is not null)
            settings["teacher"] = $"SHA-256 {teacher[..16]}";
        var names = string.Join('\n', paths.Select(path => FormattableString.Invariant($"{Path.GetFileName(path)} {new FileInfo(path).Length}")));
        settings[Pictures] = $"{paths.Count()} with SHA-256 {Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(names)))[..16]}";
        return settings.ToJsonString();
    }

    /// <summary>The differences, as <c>name old → new</c>; a setting missing on one side has its default there.</summary>
    /// <exception cref="JsonException">The older settings are damaged.</exception>
    public static IReadOnlyList<string> Changes(string before, string after)
    {
        var (old, now) = (JsonNode.Parse(before)!.AsObject(), JsonNode.Parse(after)!.AsObject());
        TrainingConfigurationFile.Update(old);
        var defaults = TrainingConfigurationFile.ToJson(new TrainingConfiguration());
        var changes = new List<string>();
        foreach (var name in old.Select(pair => pair.Key).Union(now.Select(pair => pair.Key)).Order(StringComparer.Ordinal))
        {
            var (from, to) = (Text(old, name), Text(now, name));
            if (from != to)
                changes.Add($"{name} {from} → {to}");
        }

        return changes;

        string Text(JsonObject settings, string name) => (settings.TryGetPropertyValue(name, out var value) ? value : defaults[name])?.ToJsonString() ?? "none";
    }

    private static JsonObject Shaping(TrainingConfiguration configuration)
    {
        var settings = TrainingConfigurationFile.ToJson(configuration);
        foreach (var name in WithoutEffect.Concat(settings.Select(pair => pair.Key).Where(IsForeign).ToArray()))
            settings.Remove(name);
        if (configuration.Teacher is null)
            settings.Remove("teacher_weight");
        // Only the cosine schedule uses the end, and only the halving schedule its interval.
        settings.Remove(configuration.Schedule == LearningRateSchedule.Cosine ? "halving_interval" : "iterations");
        return settings;

        bool IsForeign(string name) => !TrainableArchitectures.HasSetting(configuration.Architecture, name);
    }
}

/// <summary>Training metadata of a weights file.</summary>
internal static class TrainingMetadata
{
    /// <summary>Metadata key of the changes made on resuming.</summary>
    public const string HistoryKey = "training_history";

    /// <param name="configuration">The run's configuration.</param>
    /// <param name="teacher">SHA-256 of the teacher's file; null: there is none.</param>
    /// <param name="history">The changes made on resuming; may be empty.</param>
    public static IReadOnlyDictionary<string, string> Of(TrainingConfiguration configuration, string? teacher, string history)
    {
        var metadata = new Dictionary<string, string>
        {
            ["training_data"] = string.Join(", ", configuration.TrainingFolders.Select(Name)),
            ["training_iterations"] = configuration.Iterations.ToString(CultureInfo.InvariantCulture),
        };
        if (teacher is not null)
            metadata["training_teacher"] = FormattableString.Invariant($"{Name(configuration.Teacher!)}, SHA-256 {teacher}, weight {configuration.TeacherWeight}");
        if (history.Length > 0)
            metadata[HistoryKey] = history;
        return metadata;
    }

    // Not the whole path, which reveals more about the machine than about the pictures.
    private static string Name(string path) => Path.GetFileName(Path.TrimEndingDirectorySeparator(path));
}
