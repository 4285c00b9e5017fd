using AdaFormer.MLNet.Mapping;

namespace AdaFormer.MLNet.Columns;

/// <summary>The models' bytes and descriptions. Sessions are created later, with the first row, except for a model that has to be tried.</summary>
internal sealed class LoadedModel
{
    private readonly ConfiguredModel _model;
    private readonly ConfiguredModel? _photo;
    private readonly ConfiguredModel? _second;
    // A model that had to be tried: rows that come while this lives need not try it again.
    private readonly UpscalingModel? _tried;

    public LoadedModel(AdaFormerUpscalingOptions options)
    {
        OnnxRuntimeLibrary.Require();
        var chosen = options.Model is not null || options.ModelBytes is not null;
        var name = options.Model ?? (chosen ? "model" : BuiltInModel.Name);
        // A pipeline may be loaded in another folder.
        if (!BuiltInModel.Names.Contains(name) && File.Exists(name))
            name = Path.GetFullPath(name);
        _model = ConfiguredModel.Of(name, options.ModelBytes ?? ModelLibrary.Default.Read(name));
        _photo = chosen ? null : ConfiguredModel.Of(BuiltInModel.PhotoName, BuiltInModel.Read(BuiltInModel.PhotoName));
        _tried = _model.SaysWhatItIs ? null : SharedModels.Get(_model.Read(), DeviceChoice.Of(options.ModelOptions, null).Options(options.ModelOptions.Threads, options.ModelOptions.Range), name);
        Description = _tried?.Description ?? _model.Describe();
        if (options.Upscaling.Refinement is not null)
            throw new ArgumentException($"{nameof(options.Upscaling)}.{nameof(UpscaleOptions.Refinement)} cannot be saved; set {nameof(options.RefineModel)} instead.", nameof(options));
        options.Upscaling.Check(Description);
        if (_photo is not null)
            options.Upscaling.Check(_photo.Describe());

        _second = options.RefineModel is { } second ? ReadSecond(second, options) : null;

        if (!Description.Halts && (options.HaltingDepthColumnName ?? options.HaltedShareColumnName) is { } column)
            throw new ArgumentException($"Column '{column}' needs a model that halts, but '{name}' does not halt; leave the column out.", nameof(options));
    }

    /// <summary>The models' names and hashes, for a log.</summary>
    public string Named => $"{(_photo is null ? Called(_model) : $"{Called(_model)}, and for JPEG {Called(_photo)}")}{(_second is null ? "" : $", refined by {Called(_second)}")}";

    /// <summary>What was assumed of the model, for a log.</summary>
    public IEnumerable<string> Assumptions => Description.Assumptions;

    /// <summary>The description of the model for clean images; the one for JPEG has the same scale.</summary>
    public ModelDescription Description { get; }

    public UpscalingConfiguration Configure(AdaFormerUpscalingOptions options, InputColumn input) => new()
    {
        Format = _second is not null ? UpscalingConfiguration.CurrentFormat : _tried is not null ? UpscalingConfiguration.FormatOfForeignModels : UpscalingConfiguration.FormatOfOwnModels,
        RefineModel = _second?.Stored(options.ModelStorage),
        RefineShare = _second is null ? 0 : options.RefineShare,
        Range = _tried is null ? null : options.ModelOptions.Range,
        Model = _model.Stored(options.ModelStorage),
        PhotoModel = _photo?.Stored(options.ModelStorage),
        HaltingThreshold = options.Upscaling.HaltingThreshold,
        TileSize = options.Upscaling.TileSize,
        TileOverlap = options.Upscaling.TileOverlap,
        MemoryBudget = options.Upscaling.MemoryBudget,
        Threads = options.ModelOptions.Threads,
        Width = input.Width,
        Height = input.Height,
        Scale = Description.Scale,
        VectorLayout = options.VectorLayout,
        WithDepth = options.HaltingDepthColumnName is not null,
    };

    private ConfiguredModel ReadSecond(string name, AdaFormerUpscalingOptions options)
    {
        if (options.RefineShare is not (>= 0 and <= 1))
            throw new ArgumentOutOfRangeException(nameof(options), options.RefineShare, $"{nameof(options.RefineShare)}: expected 0 to 1.");
        if (!BuiltInModel.Names.Contains(name) && File.Exists(name))
            name = Path.GetFullPath(name);
        var second = ConfiguredModel.Of(name, ModelLibrary.Default.Read(name));
        var scale = SharedModels.Get(second.Read(), DeviceChoice.Of(options.ModelOptions, null).Options(options.ModelOptions.Threads, null), name).Description.Scale;
        return scale == Description.Scale
            ? second
            : throw new ArgumentException($"The second model '{name}' makes images {scale} times larger, the first {Description.Scale} times; they must do the same.", nameof(options));
    }

    private static string Called(ConfiguredModel model) => $"{model.Name} (SHA-256 {model.Sha256[..12]}…)";
}
