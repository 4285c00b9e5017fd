using System.Text.Json.Nodes;
using AdaFormer.Export;

namespace AdaFormer.Training.Architectures;

/// <summary>What can be trained: each architecture by the name that the exporter knows it by, with the settings that only it has.</summary>
internal static class TrainableArchitectures
{
    private static readonly SortedDictionary<string, (string[] Settings, Func<TrainingConfiguration, ITrainableNetwork> Create)> All = new(StringComparer.Ordinal)
    {
        [AdaFormerConfiguration.Architecture] = (
            ["preset", "image_skip", "estimator_learning_rate_factor", "loss_alpha", "halting_threshold", "mask_from_iteration", "freeze_trunk", "folded_branches", "ablation", "adaformer"],
            configuration => new TrainableAdaFormer(configuration)),
        ["asid"] = (["asid"], c => new TrainableFeedForward(new AsidNetwork(c.Asid, c.Scale), c)),
        ["catanet"] = (["catanet"], c => new TrainableFeedForward(new CatanetNetwork(c.Catanet, c.Scale), c)),
        ["swinir"] = (["swinir"], c => new TrainableFeedForward(new SwinIrNetwork(c.Swinir, c.Scale, c.Seed), c)),
    };

    /// <summary>Makes the network of a configuration, with random weights, on the CPU.</summary>
    public static ITrainableNetwork Create(TrainingConfiguration configuration) => All[configuration.Architecture].Create(configuration);

    /// <summary>Whether a setting, by its name in a file, says anything of an architecture.</summary>
    public static bool HasSetting(string architecture, string setting) => OwnerOf(setting) is not { } owner || owner == architecture;

    /// <exception cref="TrainingConfigurationException">
    /// The architecture cannot be trained, or a setting of another one has not its default.
    /// </exception>
    public static void Check(TrainingConfiguration configuration)
    {
        if (!All.ContainsKey(configuration.Architecture))
            throw new TrainingConfigurationException($"architecture is '{configuration.Architecture}'; expected one that can be trained: {string.Join(", ", All.Keys)}.");
        var (settings, defaults) = (TrainingConfigurationFile.ToJson(configuration), TrainingConfigurationFile.ToJson(new TrainingConfiguration()));
        CheckGiven(configuration.Architecture, settings.Select(pair => pair.Key).Where(name => !JsonNode.DeepEquals(settings[name], defaults[name])));
    }

    /// <exception cref="TrainingConfigurationException">A setting belongs to another architecture.</exception>
    public static void CheckGiven(string architecture, IEnumerable<string> settings)
    {
        if (settings.FirstOrDefault(name => !HasSetting(architecture, name)) is { } foreign)
            throw new TrainingConfigurationException($"{foreign} is a setting of {OwnerOf(foreign)}; the architecture is {architecture}. Remove the setting, or set architecture to {OwnerOf(foreign)}.");
    }

    private static string? OwnerOf(string setting) => All.Where(pair => pair.Value.Settings.Contains(setting)).Select(pair => pair.Key).FirstOrDefault();
}
