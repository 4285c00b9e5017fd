using System.Security.Cryptography;
using AdaFormer.Imaging;

namespace AdaFormer;

/// <summary>
/// Models of different scales, of which every picture gets those that come nearest to the size it is wanted in; and, of the built-in ones,
/// those for pictures that were saved as JPEG where the picture shows that it was. Thread-safe.
/// </summary>
public sealed class ModelSelector : IDisposable
{
    private readonly SortedList<int, AvailableModel> _clean = [];
    private readonly SortedList<int, AvailableModel> _photo = [];
    private readonly bool _owned;

    /// <summary>One model for all sizes and pictures, which stays the caller's to dispose.</summary>
    public ModelSelector(UpscalingModel model) : this(owned: false) => Add(_clean, model ?? throw new ArgumentNullException(nameof(model)));

    private ModelSelector(bool owned) => _owned = owned;

    /// <summary>The models that are part of this library: two, three and four times larger, for clean pictures and for JPEG. Each is loaded when it is first needed.</summary>
    /// <param name="options">Device and threads; <see langword="null"/> for the defaults.</param>
    public static ModelSelector LoadBuiltIn(ModelOptions? options = null)
    {
        var models = new ModelSelector(owned: true);
        foreach (var name in BuiltInModel.Names)
        {
            var bytes = BuiltInModel.Read(name);
            var description = ModelDescription.Read(bytes, name);
            var model = new Lazy<UpscalingModel>(() => UpscalingModel.LoadByName(name, options));
            var list = BuiltInModel.IsForJpeg(name) ? models._photo : models._clean;
            list.Add(description.Scale, new AvailableModel(name, description, Convert.ToHexStringLower(SHA256.HashData(bytes)), model));
        }

        return models;
    }

    /// <summary>One model for all sizes and pictures, by its name or path.</summary>
    /// <inheritdoc cref="UpscalingModel.LoadByName"/>
    public static ModelSelector LoadByName(string nameOrPath, ModelOptions? options = null)
    {
        var models = new ModelSelector(owned: true);
        models.Add(models._clean, UpscalingModel.LoadByName(nameOrPath, options));
        return models;
    }

    /// <summary>The scales that there are models for, ascending.</summary>
    public IReadOnlyList<int> Scales => [.. _clean.Keys];

    /// <summary>Whether tokens leave some of them early.</summary>
    public bool Halts => All.Any(model => model.Description.Halts);

    /// <summary>Where they compute. Loads a model where none is loaded yet.</summary>
    /// <exception cref="DeviceUnavailableException">The device is not there.</exception>
    public Device Device => (All.FirstOrDefault(model => model.Loaded.IsValueCreated) ?? _clean.Values[^1]).Loaded.Value.Device;

    /// <summary>The model that makes clean pictures so many times larger.</summary>
    /// <exception cref="KeyNotFoundException">There is none.</exception>
    /// <exception cref="DeviceUnavailableException">The device is not there.</exception>
    public UpscalingModel this[int scale] => _clean[scale].Loaded.Value;

    /// <summary>The model that makes a picture so many times larger: the one for JPEG where there is one and the picture was saved as such.</summary>
    /// <param name="scale">One of <see cref="Scales"/>.</param>
    /// <param name="trace">What the picture shows of it, see <see cref="JpegTrace.Of(Picture)"/>.</param>
    /// <exception cref="KeyNotFoundException">There is no model of this scale.</exception>
    /// <exception cref="DeviceUnavailableException">The device is not there.</exception>
    public UpscalingModel Choose(int scale, JpegTrace? trace) => Of(scale, trace).Loaded.Value;

    /// <summary>Whether there are models for JPEG, so that it matters what a picture shows.</summary>
    public bool HasChoice => _photo.Count > 0;

    /// <summary>Those that pictures of a scale may go through, or of all.</summary>
    internal IEnumerable<AvailableModel> For(int? scale) => All.Where(model => scale is null || model.Description.Scale == scale);

    /// <inheritdoc cref="Choose"/>
    internal AvailableModel Of(int scale, JpegTrace? trace) =>
        trace is { IsLossy: true } && _photo.TryGetValue(scale, out var model) ? model : _clean[scale];

    /// <summary>
    /// The models to go through, one after the other, so that a picture becomes at least so many times larger, and as little larger than that
    /// as can be: x2 and x3 for 5. The smallest comes first, since the steps after it cost the more; of a JPEG the first is one for JPEG, after
    /// which it is clean.
    /// </summary>
    internal IReadOnlyList<AvailableModel> Steps(int factor, JpegTrace? trace)
    {
        if (factor <= 1)
            return [];
        if (trace is not { IsLossy: true } || !HasChoice)
            return [.. CleanSteps(factor).Order().Select(scale => _clean[scale])];
        var scales = Nearest(_photo.Keys.Select(scale => CleanSteps(Remaining(factor, scale)).Order().Prepend(scale).ToArray()));
        return [_photo[scales[0]], .. scales[1..].Select(scale => _clean[scale])];
    }

    /// <summary>Frees the models that were loaded here.</summary>
    public void Dispose()
    {
        foreach (var model in All.Where(model => _owned && model.Loaded.IsValueCreated))
            model.Loaded.Value.Dispose();
    }

    private IEnumerable<AvailableModel> All => _clean.Values.Concat(_photo.Values);

    private int[] CleanSteps(int factor) =>
        factor <= 1 ? [] : Nearest(_clean.Keys.Select(scale => CleanSteps(Remaining(factor, scale)).Append(scale).ToArray()));

    private static int Remaining(int factor, int scale) => ((factor - 1) / scale) + 1;

    private static int[] Nearest(IEnumerable<int[]> ways) =>
        ways.OrderBy(steps => steps.Aggregate(1L, (product, step) => product * step)).ThenBy(steps => steps.Length).First();

    private void Add(SortedList<int, AvailableModel> list, UpscalingModel model) =>
        list.Add(model.Description.Scale, new AvailableModel(model.Name, model.Description, model.Sha256, new Lazy<UpscalingModel>(model)));
}

/// <summary>A model that is loaded when it is first needed.</summary>
/// <param name="Name">Its name or path.</param>
/// <param name="Description">What it says of itself.</param>
/// <param name="Sha256">The hash of its file.</param>
/// <param name="Loaded">The model.</param>
internal sealed record AvailableModel(string Name, ModelDescription Description, string Sha256, Lazy<UpscalingModel> Loaded);
