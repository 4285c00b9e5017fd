using System.Globalization;

namespace AdaFormer;

/// <summary>A model's description, read from its ONNX metadata or, for a model of other makers, found out by trial when it is loaded.</summary>
public sealed record ModelDescription : NetworkDescription
{
    /// <summary>The largest scale.</summary>
    internal const int LargestScale = 8;

    /// <summary>The default halting threshold; infinity if the model does not halt.</summary>
    public required float HaltingThreshold { get; init; }

    /// <summary>SHA-256 of the weights file that the model was made from, in hexadecimal.</summary>
    public required string WeightsSha256 { get; init; }

    /// <summary>The training data of the weights.</summary>
    public required string TrainingData { get; init; }

    /// <summary>The weights' licence.</summary>
    public required string License { get; init; }

    /// <summary>All metadata of the file, these and others; for a model of other makers also what was found out.</summary>
    public required IReadOnlyDictionary<string, string> Metadata { get; init; }

    /// <summary>What could not be found out of a model of other makers: a sentence for each, with the option that says it. Default: nothing.</summary>
    public IReadOnlyList<string> Assumptions { get; init; } = [];

    /// <summary>The form in which the model takes and gives pictures.</summary>
    internal PixelInterface Pixels { get; private init; } = PixelInterface.Own;

    /// <summary>Reads the description from an ONNX file without loading the model into ONNX Runtime: of a file made by <c>adaformer export</c> or <c>import</c>.</summary>
    /// <param name="model">The bytes of the file.</param>
    /// <param name="name">The model's name in error messages.</param>
    /// <exception cref="ModelFormatException">The bytes are not an ONNX file, or a key is missing or has an invalid value. Of other makers' models <see cref="UpscalingModel.Description"/> knows more.</exception>
    public static ModelDescription Read(ReadOnlySpan<byte> model, string name) => FromMetadata(OnnxMetadata.Read(model, name), name);

    /// <summary>Whether an ONNX file says itself what it is and needs, so that <see cref="Read"/> can read it. Of other makers' files only a trial can tell, when <see cref="UpscalingModel"/> loads them.</summary>
    /// <param name="model">The bytes of the file.</param>
    /// <param name="name">The model's name in error messages.</param>
    /// <exception cref="ModelFormatException">The bytes are not an ONNX file.</exception>
    public static bool IsInside(ReadOnlySpan<byte> model, string name) => !ForeignModel.Is(OnnxMetadata.Read(model, name));

    /// <summary>Reads the description from an ONNX file's metadata.</summary>
    /// <param name="metadata">Keys and values of the file's <c>metadata_props</c>.</param>
    /// <param name="name">The model's name in error messages.</param>
    /// <exception cref="ModelFormatException">A key is missing or has an invalid value.</exception>
    public static ModelDescription FromMetadata(IReadOnlyDictionary<string, string> metadata, string name)
    {
        ArgumentNullException.ThrowIfNull(metadata);
        var facts = new MetadataFacts(metadata, name);
        var halts = metadata.ContainsKey("halting_threshold") || facts.Text("architecture") == EarlierAdaFormer.Architecture;
        var network = halts && !metadata.ContainsKey("tile_overlap") ? EarlierAdaFormer.Describe(facts) : Describe(facts, halts);
        return new ModelDescription(network)
        {
            HaltingThreshold = !halts ? float.PositiveInfinity : float.TryParse(facts.Text("halting_threshold"), CultureInfo.InvariantCulture, out var threshold) && !float.IsNaN(threshold)
                ? threshold
                : throw facts.Invalid("halting_threshold", "a number"),
            WeightsSha256 = facts.Text("weights_sha256"),
            TrainingData = facts.Text("training_data"),
            License = facts.Text("license"),
            Precisions = [metadata.GetValueOrDefault("precision", "fp32")],
            Metadata = metadata,
        };
    }

    [System.Diagnostics.CodeAnalysis.SetsRequiredMembers]
    private ModelDescription(NetworkDescription network) : base(network)
    {
        (WeightsSha256, TrainingData, License, Metadata) = ("", "", "", new Dictionary<string, string>());
    }

    /// <summary>Describes a model of other makers.</summary>
    internal static ModelDescription OfForeign(NetworkDescription network, PixelInterface pixels, IReadOnlyDictionary<string, string> metadata, IReadOnlyList<string> assumptions) => new(network)
    {
        HaltingThreshold = float.PositiveInfinity,
        WeightsSha256 = "",
        TrainingData = metadata.GetValueOrDefault("training_data", "unknown"),
        License = metadata.GetValueOrDefault("license", "unknown"),
        Metadata = metadata,
        Pixels = pixels,
        Assumptions = assumptions,
    };

    private static NetworkDescription Describe(MetadataFacts facts, bool halts) => new()
    {
        Architecture = facts.Text("architecture"),
        Preset = facts.Text("preset"),
        Scale = facts.Number("scale", 1, LargestScale),
        Blocks = halts ? facts.Number("blocks", 1, 64) : 0,
        Parameters = facts.Count("parameters"),
        MultiplyAddsPerPixel = facts.Count("multiply_adds_per_pixel"),
        FeatureWidth = facts.Number("feature_width", 1, 1024),
        BytesPerPixel = facts.Number("bytes_per_pixel", 1, 1 << 20),
        SizeMultiple = facts.Number("size_multiple", 1, 1024),
        TileOverlap = facts.Number("tile_overlap", 0, 1024),
    };
}

/// <summary>Reads a model's metadata and validates every value.</summary>
internal sealed class MetadataFacts(IReadOnlyDictionary<string, string> metadata, string name)
{
    public bool Has(string key) => metadata.ContainsKey(key);

    public string Text(string key) => metadata.TryGetValue(key, out var value)
        ? value
        : throw new ModelFormatException($"'{name}' lacks the metadata '{key}'; it was not made by `adaformer export`. Export the weights again.");

    public int Number(string key, int minimum, int maximum) =>
        int.TryParse(Text(key), NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value >= minimum && value <= maximum
            ? value
            : throw Invalid(key, $"a whole number from {minimum} to {maximum}");

    /// <summary>An optional number; 0 if missing.</summary>
    public long Count(string key) => !Has(key) ? 0
        : long.TryParse(Text(key), NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : throw Invalid(key, "a whole number");

    public ModelFormatException Invalid(string key, string expected) => new($"'{name}' has {key} '{metadata[key]}' in its metadata; expected {expected}.");
}

/// <summary>Derives the requirements of AdaFormer files from before these were in the metadata: they follow from the network's sizes.</summary>
internal static class EarlierAdaFormer
{
    public const string Architecture = "adaformer";

    public static NetworkDescription Describe(MetadataFacts facts)
    {
        var scale = facts.Number("scale", 2, 4);
        var (channels, embed) = (facts.Number("channels", 1, 1024), facts.Number("embed", 1, 1024));
        var tokenStride = facts.Has("token_stride") ? facts.Number("token_stride", 1, 2) : 1;
        return new NetworkDescription
        {
            Architecture = facts.Text("architecture"),
            Preset = facts.Text("preset"),
            Scale = scale,
            Blocks = facts.Number("blocks", 1, 64),
            Parameters = 0,
            MultiplyAddsPerPixel = 0,
            FeatureWidth = Math.Max(channels, embed),
            BytesPerPixel = (30 * scale * scale) + Math.Max(28 * channels, (12 * channels) + (60 * embed / (tokenStride * tokenStride))),
            SizeMultiple = facts.Number("window", 1, 64) * tokenStride,
            TileOverlap = 2 + (2 * (facts.Number("encoder_blocks", 0, 256) + facts.Number("decoder_blocks", 0, 256))),
        };
    }
}

/// <summary>A model file is incomplete, damaged, or not a super-resolution model.</summary>
public sealed class ModelFormatException : Exception
{
    /// <summary>Creates the exception with what is wrong with the model and what was expected.</summary>
    public ModelFormatException(string message, Exception? innerException = null) : base(message, innerException)
    {
    }
}
