using System.Globalization;

namespace AdaFormer.Training.Checkpoints;

/// <summary>What a weights file says about its training.</summary>
internal static class TrainingMetadata
{
    /// <summary>Where a file keeps what was changed on resuming.</summary>
    public const string HistoryKey = "training_history";

    /// <param name="configuration">The run.</param>
    /// <param name="teacher">SHA-256 of the teacher's file; null: there is none.</param>
    /// <param name="history">What was changed on resuming; may be empty.</param>
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

    // Not the whole path, which says more about the machine than about the pictures.
    private static string Name(string path) => Path.GetFileName(Path.TrimEndingDirectorySeparator(path));
}
