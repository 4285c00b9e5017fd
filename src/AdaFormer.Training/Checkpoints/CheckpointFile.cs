using System.Globalization;
using AdaFormer.Export.Weights;
using AdaFormer.IO;
using AdaFormer.Training.Architectures;
using static TorchSharp.torch;

namespace AdaFormer.Training.Checkpoints;

/// <summary>
/// A checkpoint: a safetensors file with the weights, the branches of folded kernels, the moving average, the optimizer's moments, the iteration, and the run's settings.
/// This suffices to resume bit for bit, because batches depend only on the seed and the iteration.
/// </summary>
internal static class CheckpointFile
{
    private const string IterationKey = "iteration";
    private const string SettingsKey = "settings";
    private const string WeightsPrefix = "weights.";
    private const string BranchPrefix = "branches.";
    private const string AveragePrefix = "average.";

    /// <summary>Writes the state; the previous file stays intact until the new one is complete.</summary>
    /// <param name="path">The file.</param>
    /// <param name="state">The state, which must be healthy.</param>
    /// <param name="settings">The run's settings, from <see cref="TrainingSettings"/>.</param>
    public static void Write(string path, TrainingState state, string settings)
    {
        var tensors = Tensors(state).ToDictionary(pair => pair.Name, pair => NamedWeights.Of(pair.Tensor));
        var metadata = new Dictionary<string, string>(state.Network.Identity)
        {
            [IterationKey] = state.Iteration.ToString(CultureInfo.InvariantCulture),
            [SettingsKey] = settings,
        };
        if (state.History.Length > 0)
            metadata[TrainingMetadata.HistoryKey] = state.History;
        AtomicFile.Write(path, overwrite: true, new SafetensorsFile(tensors, metadata).Write);
    }

    /// <summary>Reads a checkpoint into a state of the same sizes.</summary>
    /// <returns>The settings that it was made with; null if it is too old to contain them.</returns>
    /// <exception cref="WeightsFormatException">The file is damaged or belongs to another network or another kind of run.</exception>
    public static string? Read(string path, TrainingState state)
    {
        var file = SafetensorsFile.Read(path);
        var expected = state.Network.Identity;
        if (expected.Keys.FirstOrDefault(key => file.Metadata.GetValueOrDefault(key) != expected[key]) is { } differs)
        {
            throw new WeightsFormatException(
                $"The checkpoint '{path}' belongs to another network than the configuration's ({state.Network.Title}): its {differs} is " +
                $"{file.Metadata.GetValueOrDefault(differs, "unknown")}; expected {expected[differs]}. " +
                "Resume with the configuration it was made with, or choose another output_folder.");
        }

        var said = file.Metadata.GetValueOrDefault(IterationKey);
        if (!long.TryParse(said, NumberStyles.None, CultureInfo.InvariantCulture, out var iteration))
            throw new WeightsFormatException($"'{path}' does not contain its iteration, so it is not a checkpoint. For weights use initial_weights.");
        var targets = Tensors(state).ToArray();
        if (targets.Length != file.Tensors.Count)
            throw Different($"it contains {file.Tensors.Count} tensors; expected {targets.Length}");
        using var _ = no_grad();
        foreach (var (name, target) in targets)
        {
            if (!file.Tensors.TryGetValue(name, out var weight) || !weight.Shape.SequenceEqual(target.shape))
                throw Different($"it has no '{name}' of shape [{string.Join(", ", target.shape)}]");
            using var values = tensor(weight.Values, target.shape);
            target.copy_(values);
        }

        state.ReadAverage();
        state.Iteration = iteration;
        state.History = file.Metadata.GetValueOrDefault(TrainingMetadata.HistoryKey, "");
        return file.Metadata.GetValueOrDefault(SettingsKey);

        WeightsFormatException Different(string how) =>
            new($"The checkpoint '{path}' belongs to another kind of run: {how}. Resume with the sizes, optimizer, freeze_trunk and folded_branches that it was made with.");
    }

    private static IEnumerable<(string Name, Tensor Tensor)> Tensors(TrainingState state)
    {
        foreach (var (name, parameter) in state.Network.Module.named_parameters())
            yield return (WeightsPrefix + name, parameter);
        foreach (var (name, buffer) in state.Network.Buffers)
            yield return (WeightsPrefix + name, buffer);
        foreach (var (name, parameter) in state.Branches?.Parameters ?? [])
            yield return (BranchPrefix + name, parameter);
        foreach (var (name, parameter) in state.Average().Module.named_parameters())
            yield return (AveragePrefix + name, parameter);
        foreach (var (name, moment) in state.Optimizer.Moments)
            yield return (name, moment);
    }
}
