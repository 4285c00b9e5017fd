using System.Security.Cryptography;
using System.Text.Json.Serialization;
using System.Text.Json;
using System.Text;
using AdaFormer.Files;

namespace AdaFormer.Batch;

/// <summary>How a batch is worked on.</summary>
public sealed class BatchOptions
{
    /// <summary>
    /// How each file is upscaled. <see cref="FileUpscaleOptions.Overwrite"/> allows to replace files that no batch made; what one made is
    /// replaced anyway when it is out of date. A memory budget is for all files at once. Default: <see cref="FileUpscaleOptions"/>' defaults.
    /// </summary>
    public FileUpscaleOptions Files { get; init; } = new();

    /// <summary>How many files are worked on at once. Default: 1.</summary>
    public int Parallel { get; init; } = 1;

    /// <summary>Which share the plan is of; it names the record in the output folder. Default: all.</summary>
    public BatchShard Shard { get; init; } = BatchShard.All;

    /// <summary>A file to append a line of JSON to for every picture. Default: <see langword="null"/>, none.</summary>
    public string? Report { get; init; }

    /// <summary>
    /// Settings that outputs depend on beside the model and <see cref="Files"/>, such as an encoder's quality: when this text changes,
    /// finished pictures are done again. Default: empty.
    /// </summary>
    public string FurtherSettings { get; init; } = "";
}

/// <summary>What outputs depend on beside their inputs.</summary>
internal static class BatchSettings
{
    private static readonly JsonSerializerOptions Json = new() { NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals };

    /// <summary>A hash of the models and of all options that change pixels: whatever is an option of files counts, unless it is left out here.</summary>
    public static string Fingerprint(ModelSelector models, BatchOptions options)
    {
        var files = JsonSerializer.SerializeToNode(options.Files with { Overwrite = false }, Json)!;
        var used = models.For(options.Files.TargetSize is null ? models.Scales[^1] : null);
        var text = $"{string.Join('+', used.Select(model => model.Sha256))}\n{files.ToJsonString()}\n{options.Files.TargetSize}\n{options.FurtherSettings}";
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
    }
}
