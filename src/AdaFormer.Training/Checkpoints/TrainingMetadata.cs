using System.Globalization;

namespace AdaFormer.Training.Checkpoints;

/// <summary>What a weights file says about its training.</summary>
internal static class TrainingMetadata
{
    public static IReadOnlyDictionary<string, string> Of(TrainingConfiguration configuration) => new Dictionary<string, string>
    {
        ["preset"] = configuration.Preset,
        ["training_data"] = string.Join(", ", configuration.TrainingFolders.Select(Name)),
        ["training_iterations"] = configuration.Iterations.ToString(CultureInfo.InvariantCulture),
    };

    // Not the whole path, which says more about the machine than about the pictures.
    private static string Name(string folder) => Path.GetFileName(Path.TrimEndingDirectorySeparator(folder));
}
