using System.Collections.Concurrent;

namespace AdaFormer.Web.Models;

/// <summary>The models that requests may name. A request's name is only compared with theirs, so no path in it reaches the disk.</summary>
internal sealed class ModelCatalogue : IDisposable
{
    private readonly ModelOptions _options;
    private readonly ModelLibrary _library = ModelLibrary.Default;
    private readonly Dictionary<string, string> _files;
    private readonly ConcurrentDictionary<string, ModelSelector> _loaded = [];

    public ModelCatalogue(UpscaleServiceOptions options)
    {
        _options = options.Models;
        BuiltIn = ModelSelector.LoadBuiltIn(_options);
        _files = options.ModelFiles.ToDictionary(file => Path.GetFileNameWithoutExtension(file), file => File.Exists(file)
            ? Path.GetFullPath(file)
            : throw new FileNotFoundException($"There is no model file '{file}'.", file));
    }

    /// <summary>All built-in models, from which each picture gets those that fit.</summary>
    public ModelSelector BuiltIn { get; }

    /// <summary>Describes all models that can be named.</summary>
    public IReadOnlyList<ModelFacts> List() =>
    [
        .. BuiltInModel.Names.Select(name => ModelFacts.Of(name, () => BuiltInModel.Read(name))),
        .. _files.Keys.Select(name => ModelFacts.Of(name, () => ReadFile(name))),
        .. InLibrary().Select(model => ModelFacts.Of(model.Name, () => _library.Read(model.Onnx))),
    ];

    /// <summary>Gets a model, loading it at first use.</summary>
    /// <param name="name">Its name; <see langword="null"/> for the built-in models that fit.</param>
    /// <returns><see langword="null"/> if there is no model of this name.</returns>
    public ModelSelector? Find(string? name)
    {
        if (name is null)
            return BuiltIn;
        if (_loaded.TryGetValue(name, out var loaded))
            return loaded;
        return Read(name) is { } bytes ? _loaded.GetOrAdd(name, _ => new ModelSelector(SharedModels.Get(bytes, _options))) : null;
    }

    /// <summary>Gets one model, loading it at first use.</summary>
    /// <param name="name">Its name; <see langword="null"/> for none.</param>
    /// <returns><see langword="null"/> if there is no model of this name.</returns>
    public UpscalingModel? FindOne(string? name) => name is not null && Find(name) is { } model ? model[model.Scales[^1]] : null;

    /// <summary>The thresholds to choose from for a model; <see langword="null"/> for the built-in ones, none of which is loaded for that.</summary>
    public IReadOnlyList<float?> DialOf(string? name) => Dial.Of(
        name is null ? ModelDescription.Read(BuiltInModel.Read(), BuiltInModel.Name).HaltingThreshold
        : Find(name) is { Halts: true } model ? model[model.Scales[^1]].Description.HaltingThreshold
        : null);

    public void Dispose() => BuiltIn.Dispose();

    private byte[]? Read(string name) =>
        BuiltInModel.Names.Contains(name) ? BuiltInModel.Read(name)
        : _files.ContainsKey(name) ? ReadFile(name)
        : InLibrary().FirstOrDefault(model => model.Name == name) is { } model ? _library.Read(model.Onnx)
        : null;

    private byte[] ReadFile(string name) => File.ReadAllBytes(_files[name]);

    private IEnumerable<ModelEntry> InLibrary() => _library.List().Where(model => !BuiltInModel.Names.Contains(model.Name) && !_files.ContainsKey(model.Name));
}

/// <summary>What a client may know of a model.</summary>
/// <param name="Name">The name to ask for it by.</param>
/// <param name="Architecture">Its network's architecture.</param>
/// <param name="Scale">How many times larger.</param>
/// <param name="HaltingThreshold">Its default threshold; <see langword="null"/> if it does not halt.</param>
/// <param name="Dial">Thresholds to choose from, from fast to best; <see langword="null"/> is its own.</param>
/// <param name="Parameters">Number of weights; 0 if unknown.</param>
/// <param name="Licence">The weights' licence.</param>
/// <param name="Problem">Why it cannot be used; <see langword="null"/> if it can.</param>
internal sealed record ModelFacts(string Name, string Architecture, int Scale, float? HaltingThreshold, IReadOnlyList<float?> Dial, long Parameters, string Licence, string? Problem)
{
    public static ModelFacts Of(string name, Func<byte[]> read)
    {
        try
        {
            var model = ModelDescription.Read(read(), name);
            var threshold = model.Halts ? model.HaltingThreshold : (float?)null;
            return new ModelFacts(name, model.Architecture, model.Scale, threshold, Models.Dial.Of(threshold), model.Parameters, model.License, null);
        }
        catch (Exception exception) when (exception is ModelFormatException or IOException or UnauthorizedAccessException)
        {
            return new ModelFacts(name, "", 0, null, [], 0, "", "Its file is missing, damaged or of another kind; `adaformer models verify` says more.");
        }
    }
}
