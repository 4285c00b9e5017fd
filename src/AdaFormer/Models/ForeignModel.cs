using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace AdaFormer;

/// <summary>A model of other makers: its file says nothing of what this project's files say, so it is found out by looking and trying.</summary>
internal static class ForeignModel
{
    /// <summary>The architecture's name where the file names none.</summary>
    public const string Architecture = "onnx";

    // ONNX Runtime's arena and what it holds beside the largest operator: 1.8 to 2.9 times on the networks of the zoo.
    private const int MemoryBeyond = 3;
    // Where no measurement can be had: 64 channels at four times the size and some.
    private const long UnknownBytesPerPixel = 1 << 15;

    /// <summary>Whether a file is of another maker: each of this project's names the hash of its weights.</summary>
    public static bool Is(IReadOnlyDictionary<string, string> metadata) => !metadata.ContainsKey("weights_sha256") && !metadata.ContainsKey("halting_threshold");

    /// <summary>Describes a model.</summary>
    /// <param name="session">A session of it, which records a profile.</param>
    /// <param name="model">The bytes of its file.</param>
    /// <param name="metadata">Its file's metadata.</param>
    /// <param name="name">Its name in messages.</param>
    /// <param name="options">The options that it is loaded with.</param>
    /// <exception cref="ModelFormatException">It does not take one picture and give one that is 1 to 8 times larger.</exception>
    public static ModelDescription Describe(InferenceSession session, byte[] model, IReadOnlyDictionary<string, string> metadata, string name, ModelOptions options)
    {
        var (pixels, scale, overlap, pixelsRun, assumed) = new ModelTrial(session, name, options.Range).Run(ForeignSignature.Candidates(session, name));
        var memory = RunProfile.LargestStep(session);
        var network = new NetworkDescription
        {
            Architecture = metadata.GetValueOrDefault("architecture", Architecture),
            Preset = "unknown",
            Scale = scale,
            Parameters = OnnxWeights.Count(model),
            MultiplyAddsPerPixel = 0,
            FeatureWidth = 0,
            BytesPerPixel = memory == 0 ? UnknownBytesPerPixel : (MemoryBeyond * memory / pixelsRun) + (24 * (1 + (scale * scale))),
            SizeMultiple = pixels.Multiple,
            TileOverlap = overlap,
            Precisions = [pixels.InputType == TensorElementType.Float16 ? "fp16" : "fp32"],
        };
        var found = new Dictionary<string, string>(network.ToMetadata())
        {
            ["pixels"] = pixels.ToString(),
            ["sizes"] = pixels.Sizes,
            ["range"] = $"{pixels.InputRange.Words()}{(assumed ? " (assumed)" : "")}",
        };
        foreach (var unknown in (string[])["preset", "feature_width", "multiply_adds_per_pixel"])
            found.Remove(unknown);
        // What was seen is true, whatever a file says under the same key.
        foreach (var (key, value) in metadata)
            found.TryAdd(key, value);
        return ModelDescription.OfForeign(network, pixels, found, assumed ? [RangeIsAssumed(name)] : []);
    }

    private static string RangeIsAssumed(string name) =>
        $"whether '{name}' takes values of 0 to 1, of 0 to 255 or of -1 to 1 cannot be found out from its results; 0 to 1 is assumed. If colours come out wrong, say --range 255 or --range=-1..1 (ModelOptions.Range).";
}
