using System.Text.Json.Nodes;
using AdaFormer.Export;
using AdaFormer.Training.Architectures.AdaFormer;
using AdaFormer.Training.Architectures.Asid;
using AdaFormer.Training.Architectures.Catanet;
using AdaFormer.Training.Architectures.SwinIr;
using AdaFormer.Training.Configuration;

namespace AdaFormer.Training.Architectures;

/// <summary>The trainable architectures by the exporter's names, with their sizes and factories.</summary>
internal static class TrainableArchitectures
{
    private static readonly SortedDictionary<string, Entry> All = new(StringComparer.Ordinal)
    {
        [AdaFormerConfiguration.Architecture] = new(() => new AdaFormerSizes(), c => new TrainableAdaFormer(c), TrainableAdaFormer.Settings),
        ["asid"] = FeedForward<AsidConfiguration>((sizes, c) => new AsidNetwork(sizes, c.Scale)),
        ["catanet"] = FeedForward<CatanetConfiguration>((sizes, c) => new CatanetNetwork(sizes, c.Scale)),
        ["swinir"] = FeedForward<SwinIrConfiguration>((sizes, c) => new SwinIrNetwork(sizes, c.Scale, c.Seed)),
    };

    /// <summary>The names of all architectures, which are those of the sections with their sizes.</summary>
    public static IEnumerable<string> Names => All.Keys;

    /// <summary>Creates the network of a configuration, with random weights, on the CPU.</summary>
    public static ITrainableNetwork Create(TrainingConfiguration configuration) => All[configuration.Architecture].Create(configuration);

    /// <summary>The sizes of an architecture's published network; null if it cannot be trained.</summary>
    public static NetworkSizes? DefaultSizes(string architecture) => All.GetValueOrDefault(architecture)?.DefaultSizes();

    /// <summary>Whether a setting, by its name in a file, applies to an architecture.</summary>
    public static bool HasSetting(string architecture, string setting) => OwnerOf(setting) is not { } owner || owner == architecture;

    /// <exception cref="TrainingConfigurationException">
    /// The architecture cannot be trained, the sizes belong to another one, or a setting of another one differs from its default.
    /// </exception>
    public static void Check(TrainingConfiguration configuration)
    {
        if (configuration.Sizes is { } sizes && DefaultSizes(configuration.Architecture) is { } own && sizes.GetType() != own.GetType())
            throw new TrainingConfigurationException($"sizes are {sizes.GetType().Name}; expected {own.GetType().Name}, because architecture is {configuration.Architecture}.");
        var (settings, defaults) = (TrainingConfigurationFile.ToJson(configuration), TrainingConfigurationFile.ToJson(new TrainingConfiguration()));
        CheckGiven(configuration.Architecture, settings.Select(pair => pair.Key).Where(name => !JsonNode.DeepEquals(settings[name], defaults[name])));
    }

    /// <exception cref="TrainingConfigurationException">The architecture cannot be trained, or a setting belongs to another one.</exception>
    public static void CheckGiven(string architecture, IEnumerable<string> settings)
    {
        if (!All.ContainsKey(architecture))
            throw new TrainingConfigurationException($"architecture is '{architecture}'; expected one that can be trained: {string.Join(", ", All.Keys)}.");
        if (settings.FirstOrDefault(name => !HasSetting(architecture, name)) is { } foreign)
            throw new TrainingConfigurationException($"{foreign} is a setting of {OwnerOf(foreign)}; the architecture is {architecture}. Remove the setting, or set architecture to {OwnerOf(foreign)}.");
    }

    private static string? OwnerOf(string setting) =>
        All.Where(pair => pair.Key == setting || pair.Value.Settings.Contains(setting)).Select(pair => pair.Key).FirstOrDefault();

    private static Entry FeedForward<TSizes>(Func<TSizes, TrainingConfiguration, FeedForwardNetwork> create) where TSizes : NetworkSizes, new() =>
        new(() => new TSizes(), c => new TrainableFeedForward(create((TSizes?)c.Sizes ?? new TSizes(), c), c), []);

    private sealed record Entry(Func<NetworkSizes> DefaultSizes, Func<TrainingConfiguration, ITrainableNetwork> Create, string[] Settings);
}
