using System.Security.Cryptography;

namespace AdaFormer;

/// <summary>
/// Models of different scales, of which every picture gets those that come nearest to the size it is wanted in. Thread-safe.
/// </summary>
public sealed class UpscalingModels : IDisposable
{
    private readonly SortedList<int, Entry> _models = [];
    private readonly bool _owned;

    /// <summary>One model for all sizes, which stays the caller's to dispose.</summary>
    public UpscalingModels(UpscalingModel model) : this([model ?? throw new ArgumentNullException(nameof(model))], owned: false)
    {
    }

    private UpscalingModels(IEnumerable<UpscalingModel> models, bool owned)
    {
        _owned = owned;
        foreach (var model in models)
            _models.Add(model.Description.Scale, new Entry(model.Description, model.Sha256, new Lazy<UpscalingModel>(model)));
    }

    /// <summary>The models that are part of this library: two, three and four times larger. Each is loaded when it is first needed.</summary>
    /// <param name="options">Device and threads; <see langword="null"/> for the defaults.</param>
    public static UpscalingModels LoadBuiltIn(ModelOptions? options = null)
    {
        var models = new UpscalingModels([], owned: true);
        foreach (var name in BuiltInModel.Names)
        {
            var bytes = BuiltInModel.Read(name);
            var description = ModelDescription.Read(bytes, name);
            var model = new Lazy<UpscalingModel>(() => UpscalingModel.LoadByName(name, options));
            models._models.Add(description.Scale, new Entry(description, Convert.ToHexStringLower(SHA256.HashData(bytes)), model));
        }

        return models;
    }

    /// <summary>One model for all sizes, by its name or path.</summary>
    /// <inheritdoc cref="UpscalingModel.LoadByName"/>
    public static UpscalingModels LoadByName(string nameOrPath, ModelOptions? options = null) => new([UpscalingModel.LoadByName(nameOrPath, options)], owned: true);

    /// <summary>The scales that there are models for, ascending.</summary>
    public IReadOnlyList<int> Scales => [.. _models.Keys];

    /// <summary>Whether tokens leave some of them early.</summary>
    public bool Halts => _models.Values.Any(entry => entry.Description.Halts);

    /// <summary>Where they compute. Loads a model where none is loaded yet.</summary>
    /// <exception cref="DeviceUnavailableException">The device is not there.</exception>
    public Device Device => (_models.Values.FirstOrDefault(entry => entry.Model.IsValueCreated) ?? _models.Values[^1]).Model.Value.Device;

    /// <summary>The model that makes pictures so many times larger.</summary>
    /// <exception cref="KeyNotFoundException">There is none.</exception>
    /// <exception cref="DeviceUnavailableException">The device is not there.</exception>
    public UpscalingModel this[int scale] => _models[scale].Model.Value;

    /// <summary>What the model of a scale says of itself; loads nothing.</summary>
    internal ModelDescription Describe(int scale) => _models[scale].Description;

    /// <summary>The hash of the file of the model of a scale.</summary>
    internal string Sha256Of(int scale) => _models[scale].Sha256;

    /// <summary>
    /// The scales to go through, one after the other, so that a picture becomes at least so many times larger, and as little larger than that
    /// as can be: 2 and 3 for 5. The smallest comes first, since the steps after it cost the more.
    /// </summary>
    internal IReadOnlyList<int> Steps(int factor) => factor <= 1
        ? []
        : [.. _models.Keys
            .Select(scale => Steps(((factor - 1) / scale) + 1).Append(scale).ToArray())
            .OrderBy(steps => steps.Aggregate(1L, (product, step) => product * step))
            .ThenBy(steps => steps.Length)
            .First()
            .Order()];

    /// <summary>Frees the models that were loaded here.</summary>
    public void Dispose()
    {
        foreach (var entry in _models.Values.Where(entry => _owned && entry.Model.IsValueCreated))
            entry.Model.Value.Dispose();
    }

    private sealed record Entry(ModelDescription Description, string Sha256, Lazy<UpscalingModel> Model);
}
