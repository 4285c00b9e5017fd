using System.Globalization;

namespace AdaFormer.Training.Checkpoints;

/// <summary>What a weights file says about its training.</summary>
internal static class TrainingMetadata
{
    /// <summary>Where a file keeps what was changed on resuming.</summary>
    public const string HistoryKey = "training_history";

    public static IReadOnlyDictionary<string, string> Of(TrainingConfiguration configuration, string history)
    {
        var metadata = new Dictionary<string, string>
        {
            ["training_data"] = string.Join(", ", configuration.TrainingFolders.Select(Name)),
            ["training_iterations"] = configuration.Iterations.ToString(CultureInfo.InvariantCulture),
        };
        if (history.Length > 0)
            metadata[HistoryKey] = history;
        return metadata;
    }

    // Not the whole path, which says more about the machine than about the pictures.
    private static string Name(string folder) => Path.GetFileName(Path.TrimEndingDirectorySeparator(folder));
}
