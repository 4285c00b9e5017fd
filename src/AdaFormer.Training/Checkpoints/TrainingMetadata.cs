using System.Globalization;

namespace AdaFormer.Training.Checkpoints;

/// <summary>What a weights file says about its training.</summary>
internal static class TrainingMetadata
{
    public static IReadOnlyDictionary<string, string> Of(TrainingConfiguration configuration) => new Dictionary<string, string>
    {
        ["preset"] = configuration.Preset,
        ["training_data"] = string.Join(", ", configuration.TrainingFolders.Select(folder => Path.GetFileName(Path.TrimEndingDirectorySeparator(folder)))),
        ["training_iterations"] = configuration.Iterations.ToString(CultureInfo.InvariantCulture),
    };
}
