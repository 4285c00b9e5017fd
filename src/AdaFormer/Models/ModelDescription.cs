using System.Globalization;

namespace AdaFormer;

/// <summary>What a model says of itself, read from its ONNX metadata.</summary>
public sealed record ModelDescription
{
    /// <summary>The network's architecture, such as <c>adaformer</c>.</summary>
    public required string Architecture { get; init; }

    /// <summary>The architecture's preset, such as <c>tiny</c>, or <c>custom</c>.</summary>
    public required string Preset { get; init; }

    /// <summary>How many times wider and higher the output is.</summary>
    public required int Scale { get; init; }

    /// <summary>Number of transformer blocks a token can go through, the largest halting depth; 0 where the model does not halt.</summary>
    public required int Blocks { get; init; }

    /// <summary>Pixels of the input at whose multiples tiles begin: the side of the attention windows in pixels, or the network's size multiple.</summary>
    public required int Window { get; init; }

    /// <summary>The halting threshold used when none is given; infinity where the model does not halt.</summary>
    public required float HaltingThreshold { get; init; }

    /// <summary>SHA-256 of the weights file that the model was made from, in hexadecimal.</summary>
    public required string WeightsSha256 { get; init; }

    /// <summary>What the weights were trained on.</summary>
    public required string TrainingData { get; init; }

    /// <summary>The weights' licence.</summary>
    public required string License { get; init; }

    /// <summary>Width of the network's features: the larger of its channels and its tokens.</summary>
    public required int FeatureWidth { get; init; }

    /// <summary>Input pixels that a tile should see beyond the part that it contributes, where the user chooses none.</summary>
    public required int TileOverlap { get; init; }

    /// <summary>Whether tokens leave the model early, so that there is a halting depth.</summary>
    public bool Halts => Blocks > 0;

    /// <summary>All metadata of the file, these and others.</summary>
    public required IReadOnlyDictionary<string, string> Metadata { get; init; }

    /// <summary>Memory in bytes that a run takes for each input pixel on the CPU, a little more than measured.</summary>
    internal long BytesPerPixel { get; init; }

    /// <summary>Reads the description from an ONNX file without loading the model into ONNX Runtime.</summary>
    /// <param name="model">The bytes of the file.</param>
    /// <param name="name">What error messages call the model.</param>
    /// <exception cref="ModelFormatException">The bytes are no ONNX file, or a key is missing or has an impossible value.</exception>
    public static ModelDescription Read(ReadOnlySpan<byte> model, string name) => FromMetadata(OnnxMetadata.Read(model, name), name);

    /// <summary>Reads the description from an ONNX file's metadata.</summary>
    /// <param name="metadata">Keys and values of the file's <c>metadata_props</c>.</param>
    /// <param name="name">What error messages call the model.</param>
    /// <exception cref="ModelFormatException">A key is missing or has an impossible value.</exception>
    public static ModelDescription FromMetadata(IReadOnlyDictionary<string, string> metadata, string name)
    {
        ArgumentNullException.ThrowIfNull(metadata);
        var halts = metadata.ContainsKey("halting_threshold") || Text("architecture") == "adaformer";
        var scale = Number("scale", 2, 4);
        var (channels, embed) = halts ? (Number("channels", 1, 1024), Number("embed", 1, 1024)) : (0, 0);
        // A token is a pixel where nothing else is said.
        var tokenStride = metadata.ContainsKey("token_stride") ? Number("token_stride", 1, 2) : 1;
        return new ModelDescription
        {
            Architecture = Text("architecture"),
            Preset = Text("preset"),
            Scale = scale,
            Blocks = halts ? Number("blocks", 1, 64) : 0,
            Window = halts ? Number("window", 1, 64) * tokenStride : Number("size_multiple", 1, 1024),
            // Head, upsampler, and two convolutions of each residual block, each of which sees one pixel further.
            TileOverlap = halts ? 2 + (2 * (Number("encoder_blocks", 0, 256) + Number("decoder_blocks", 0, 256))) : Number("tile_overlap", 0, 1024),
            FeatureWidth = halts ? Math.Max(channels, embed) : Number("feature_width", 1, 1024),
            // Either the convolutions need the most or the transformer, beside which the encoder's features are held.
            BytesPerPixel = halts
                ? (30 * scale * scale) + Math.Max(28 * channels, (12 * channels) + (60 * embed / (tokenStride * tokenStride)))
                : Number("bytes_per_pixel", 1, 1 << 20),
            HaltingThreshold = !halts ? float.PositiveInfinity : float.TryParse(Text("halting_threshold"), CultureInfo.InvariantCulture, out var threshold) && !float.IsNaN(threshold)
                ? threshold
                : throw Invalid("halting_threshold", "a number"),
            WeightsSha256 = Text("weights_sha256"),
            TrainingData = Text("training_data"),
            License = Text("license"),
            Metadata = metadata,
        };

        string Text(string key) => metadata.TryGetValue(key, out var value)
            ? value
            : throw new ModelFormatException($"'{name}' lacks the metadata '{key}'; it was not made by `adaformer export`. Export the weights again.");

        int Number(string key, int minimum, int maximum) =>
            int.TryParse(Text(key), NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value >= minimum && value <= maximum
                ? value
                : throw Invalid(key, $"a whole number from {minimum} to {maximum}");

        ModelFormatException Invalid(string key, string expected) => new($"'{name}' has {key} '{metadata[key]}' in its metadata; expected {expected}.");
    }
}
