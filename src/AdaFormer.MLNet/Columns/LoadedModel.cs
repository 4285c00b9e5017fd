using AdaFormer.MLNet.Mapping;

namespace AdaFormer.MLNet.Columns;

/// <summary>The models' bytes and descriptions. Sessions are created later, with the first row, except for a model that has to be tried.</summary>
internal sealed class LoadedModel
{
    private readonly ConfiguredModel _model;
    private readonly ConfiguredModel? _photo;
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
        options.Upscaling.Check(Description);
        if (_photo is not null)
            options.Upscaling.Check(_photo.Describe());

        if (!Description.Halts && (options.HaltingDepthColumnName ?? options.HaltedShareColumnName) is { } column)
            throw new ArgumentException($"Column '{column}' needs a model that halts, but '{name}' does not halt; leave the column out.", nameof(options));
    }

    /// <summary>The models' names and hashes, for a log.</summary>
    public string Named => _photo is null ? Called(_model) : $"{Called(_model)}, and for JPEG {Called(_photo)}";

    /// <summary>What was assumed of the model, for a log.</summary>
    public IEnumerable<string> Assumptions => Description.Assumptions;

    /// <summary>The description of the model for clean images; the one for JPEG has the same scale.</summary>
    public ModelDescription Description { get; }

    public UpscalingConfiguration Configure(AdaFormerUpscalingOptions options, InputColumn input) => new()
    {
        Format = _tried is null ? UpscalingConfiguration.FormatOfOwnModels : UpscalingConfiguration.CurrentFormat,
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

    private static string Called(ConfiguredModel model) => $"{model.Name} (SHA-256 {model.Sha256[..12]}…)";
}
