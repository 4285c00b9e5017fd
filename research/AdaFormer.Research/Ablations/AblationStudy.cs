using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using AdaFormer.Export;
using AdaFormer.Export.Weights;
using AdaFormer.IO;
using AdaFormer.Training;
using AdaFormer.Training.Configuration;
using AdaFormer.Training.Evaluation;
using AdaFormer.Training.Progress;

namespace AdaFormer.Research.Ablations;

/// <summary>
/// Runs that differ in one aspect each, from one JSON file: common settings, and for each row the settings that replace or extend
/// them. Rows are trained by <see cref="Trainer"/>, resume where they were interrupted, and are measured once.
/// </summary>
internal sealed class AblationStudy
{
    /// <summary>The share of the blocks' work at which rows are compared: the work of a uniform exit after 2 of 4 blocks.</summary>
    public const double ComparedWork = 0.5;

    private AblationStudy(string title, IReadOnlyDictionary<string, string> folders, IReadOnlyList<AblationRow> rows) =>
        (Title, EvaluationFolders, Rows) = (title, folders, rows);

    /// <summary>The study's title.</summary>
    public string Title { get; }

    /// <summary>Folders of high-resolution pictures to measure on, by their names; the first determines the threshold for the comparison.</summary>
    public IReadOnlyDictionary<string, string> EvaluationFolders { get; }

    /// <summary>The rows in the file's order.</summary>
    public IReadOnlyList<AblationRow> Rows { get; }

    /// <summary>Reads and checks a study.</summary>
    /// <param name="path">The JSON file.</param>
    /// <param name="workFolder">Folder of the runs: in a subfolder named after the file, each row has one named after the row.</param>
    /// <exception cref="TrainingConfigurationException">The file or a row's configuration is wrong; the message names which.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static AblationStudy Read(string path, string workFolder)
    {
        try
        {
            var file = JsonSerializer.Deserialize<StudyFile>(File.ReadAllText(path), StrictOptions)!;
            var folder = Path.Combine(workFolder, Path.GetFileNameWithoutExtension(path));
            return new AblationStudy(file.Title, file.EvaluationFolders, file.Rows.Select(row => Row(file, row, folder)).ToArray());
        }
        catch (Exception exception) when (exception is JsonException or TrainingConfigurationException)
        {
            throw new TrainingConfigurationException($"'{path}': {exception.Message}", exception);
        }
    }

    /// <summary>Trains a row unless it is complete, and measures it unless it was measured.</summary>
    /// <exception cref="OperationCanceledException">Training was cancelled; its checkpoint is kept.</exception>
    /// <exception cref="TrainingDivergedException">Training diverged.</exception>
    public IReadOnlyList<AblationResult> Run(
        AblationRow row, IProgress<TrainingProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(row);
        if (Measured(row) is { } known)
            return known;
        var trainer = row.Trainer;
        if (!File.Exists(trainer.WeightsPath))
            trainer.Run(File.Exists(trainer.CheckpointPath), progress, cancellationToken);
        var results = Measure(trainer.WeightsPath, row.Configuration, cancellationToken);
        AtomicFile.Write(ResultPath(row), overwrite: true, stream => JsonSerializer.Serialize(stream, results, StrictOptions));
        return results;
    }

    /// <summary>A row's saved measurements; null if there are none yet.</summary>
    public static IReadOnlyList<AblationResult>? Measured(AblationRow row)
    {
        ArgumentNullException.ThrowIfNull(row);
        return File.Exists(ResultPath(row))
            ? JsonSerializer.Deserialize<AblationResult[]>(File.ReadAllText(ResultPath(row)), StrictOptions)
            : null;
    }

    private AblationResult[] Measure(string weights, TrainingConfiguration configuration, CancellationToken cancellationToken)
    {
        using var network = AblatedNetwork.Load(SafetensorsFile.Read(weights));
        var results = new List<AblationResult>();
        double? equal = null;
        foreach (var (name, folder) in EvaluationFolders)
        {
            var evaluation = new FolderEvaluation(folder, configuration.Scale, cancellationToken);
            AblationPoint At(double threshold) => AblationPoint.From(evaluation.Measure(network, threshold, cancellationToken));

            var halting = At(configuration.HaltingThreshold);
            AblationPoint? compared = results.Count == 0 ? EqualWork.Search(At, halting, network.Configuration.Blocks) : equal is { } threshold ? At(threshold) : null;
            equal = compared?.Threshold;
            results.Add(new AblationResult(name, At(double.PositiveInfinity), halting, compared));
        }

        return [.. results];
    }

    private static AblationRow Row(StudyFile file, StudyRow row, string folder)
    {
        try
        {
            var settings = Merge(file.Common, row.Settings ?? []);
            settings["output_folder"] = Path.Combine(folder, row.Name);
            var configuration = TrainingConfigurationFile.Parse(settings.ToJsonString());
            return configuration.Architecture == AdaFormerConfiguration.Architecture
                ? new AblationRow(row.Name, row.Title, row.Paper, configuration)
                : throw new TrainingConfigurationException($"architecture is {configuration.Architecture}; expected adaformer, whose parts a study compares.");
        }
        catch (TrainingConfigurationException exception)
        {
            throw new TrainingConfigurationException($"row '{row.Name}': {exception.Message}", exception);
        }
    }

    private static JsonObject Merge(JsonObject common, JsonObject own)
    {
        var merged = common.DeepClone().AsObject();
        foreach (var (name, value) in own)
            merged[name] = value is JsonObject inner && merged[name] is JsonObject outer ? Merge(outer, inner) : value?.DeepClone();
        return merged;
    }

    private static string ResultPath(AblationRow row) => Path.Combine(row.Configuration.OutputFolder, "result.json");

    private static readonly JsonSerializerOptions StrictOptions = new(TrainingConfigurationFile.Options)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        WriteIndented = true,
    };

    private sealed record StudyFile(
        [property: JsonRequired] string Title,
        [property: JsonRequired] IReadOnlyDictionary<string, string> EvaluationFolders,
        [property: JsonRequired] JsonObject Common,
        [property: JsonRequired] IReadOnlyList<StudyRow> Rows);

    private sealed record StudyRow(
        [property: JsonRequired] string Name, [property: JsonRequired] string Title, string? Paper = null, JsonObject? Settings = null);
}

/// <summary>A row of an ablation study: a run and its title.</summary>
/// <param name="Name">Name of its folder.</param>
/// <param name="Title">Description of its departure.</param>
/// <param name="Paper">What the paper reports for it; null: nothing.</param>
/// <param name="Configuration">Its training configuration.</param>
internal sealed record AblationRow(string Name, string Title, string? Paper, TrainingConfiguration Configuration)
{
    /// <summary>Its departure from AdaFormer.</summary>
    public Ablation Ablation { get; } = Ablation.Of(Configuration);

    /// <summary>Trains it.</summary>
    public Trainer Trainer => new(Configuration with { Ablation = Ablation.ToSettings() }, configuration => new TrainableAblation(configuration, Ablation));
}
