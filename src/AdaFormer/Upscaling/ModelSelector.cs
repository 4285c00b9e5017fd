using System.Security.Cryptography;
using AdaFormer.Imaging;

namespace AdaFormer;

/// <summary>
/// Models of different scales, from which every picture gets those nearest to its target size; and, of the built-in ones, those for JPEG
/// if the picture shows that it was saved as one. Thread-safe.
/// </summary>
public sealed class ModelSelector : IDisposable
{
    private readonly SortedList<int, AvailableModel> _clean = [];
    private readonly SortedList<int, AvailableModel> _photo = [];
    private readonly bool _owned;

    /// <summary>Uses one model for all sizes and pictures, which the caller disposes.</summary>
    public ModelSelector(UpscalingModel model) : this(owned: false) => Add(_clean, model ?? throw new ArgumentNullException(nameof(model)));

    private ModelSelector(bool owned) => _owned = owned;

    /// <summary>Selects from the models of this library: two, three and four times larger, for clean pictures and for JPEG. Each is loaded on first use.</summary>
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

    /// <summary>Uses one model for all sizes and pictures, by its name or path.</summary>
    /// <inheritdoc cref="UpscalingModel.LoadByName"/>
    public static ModelSelector LoadByName(string nameOrPath, ModelOptions? options = null)
    {
        var models = new ModelSelector(owned: true);
        models.Add(models._clean, UpscalingModel.LoadByName(nameOrPath, options));
        return models;
    }

    /// <summary>The scales of the available models, ascending.</summary>
    public IReadOnlyList<int> Scales => [.. _clean.Keys];

    /// <summary>Whether any of the models halts.</summary>
    public bool Halts => All.Any(model => model.Description.Halts);

    /// <summary>The device that the models run on. Loads a model if none is loaded yet.</summary>
    /// <exception cref="DeviceUnavailableException">The device is not available.</exception>
    public Device Device => (All.FirstOrDefault(model => model.Loaded.IsValueCreated) ?? _clean.Values[^1]).Loaded.Value.Device;

    /// <summary>The model for clean pictures of this scale.</summary>
    /// <exception cref="KeyNotFoundException">There is no model of this scale.</exception>
    /// <exception cref="DeviceUnavailableException">The device is not available.</exception>
    public UpscalingModel this[int scale] => _clean[scale].Loaded.Value;

    /// <summary>Chooses the model of a scale for a picture: the one for JPEG if there is one and the picture was saved as JPEG.</summary>
    /// <param name="scale">One of <see cref="Scales"/>.</param>
    /// <param name="trace">Evidence that the picture was saved as JPEG, see <see cref="JpegTrace.Of(Picture)"/>.</param>
    /// <exception cref="KeyNotFoundException">There is no model of this scale.</exception>
    /// <exception cref="DeviceUnavailableException">The device is not available.</exception>
    public UpscalingModel Choose(int scale, JpegTrace? trace) => Of(scale, trace).Loaded.Value;

    /// <summary>Whether there are models for JPEG, so that the picture's JPEG trace matters.</summary>
    public bool HasChoice => _photo.Count > 0;

    /// <summary>The models that pictures of a scale may go through; all models for null.</summary>
    internal IEnumerable<AvailableModel> For(int? scale) => All.Where(model => scale is null || model.Description.Scale == scale);

    /// <inheritdoc cref="Choose"/>
    internal AvailableModel Of(int scale, JpegTrace? trace) =>
        trace is { IsLossy: true } && _photo.TryGetValue(scale, out var model) ? model : _clean[scale];

    /// <summary>
    /// The models to apply in order, so that a picture becomes at least this many times larger, and as little larger than that as possible:
    /// x2 and x3 for 5. The smallest scale comes first, since the later steps cost more; for a JPEG the first model is one for JPEG, after
    /// which the picture is clean. A model that keeps the size is applied once, before any resampling.
    /// </summary>
    /// <exception cref="NotSupportedException">The only model keeps the size, so it cannot reach the factor.</exception>
    internal IReadOnlyList<AvailableModel> Steps(int factor, JpegTrace? trace)
    {
        if (_clean.TryGetValue(1, out var keeping))
        {
            return factor <= 1 ? [keeping] : throw new NotSupportedException(
                $"'{keeping.Name}' keeps the size of pictures (scale 1), so it cannot make one {factor} times larger. Leave the size out; to enlarge the result, take another model for it.");
        }

        if (factor <= 1)
            return [];
        if (trace is not { IsLossy: true } || !HasChoice)
            return [.. CleanSteps(factor).Order().Select(scale => _clean[scale])];
        var scales = Nearest(_photo.Keys.Select(scale => CleanSteps(Remaining(factor, scale)).Order().Prepend(scale).ToArray()));
        return [_photo[scales[0]], .. scales[1..].Select(scale => _clean[scale])];
    }

    /// <summary>Disposes the models that were loaded here.</summary>
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

/// <summary>A model that is loaded on first use.</summary>
/// <param name="Name">Its name or path.</param>
/// <param name="Description">Its description.</param>
/// <param name="Sha256">The hash of its file.</param>
/// <param name="Loaded">The model.</param>
internal sealed record AvailableModel(string Name, ModelDescription Description, string Sha256, Lazy<UpscalingModel> Loaded);
