using System.Security.Cryptography;
using System.Text.Json.Serialization;
using System.Text.Json;
using System.Text;
using AdaFormer.Files;

namespace AdaFormer.Batch;

/// <summary>Options of a batch.</summary>
public sealed class BatchOptions
{
    /// <summary>
    /// How each file is upscaled. <see cref="FileUpscaleOptions.Overwrite"/> allows replacing files that no batch made; files made by a batch
    /// are always replaced when out of date. A memory budget covers all parallel files together. Default: <see cref="FileUpscaleOptions"/>' defaults.
    /// </summary>
    public FileUpscaleOptions Files { get; init; } = new();

    /// <summary>Number of files processed in parallel. Default: 1.</summary>
    public int Parallel { get; init; } = 1;

    /// <summary>The shard that the plan covers; names the record in the output folder. Default: all.</summary>
    public BatchShard Shard { get; init; } = BatchShard.All;

    /// <summary>A file to append one JSON line per picture to. Default: <see langword="null"/>, none.</summary>
    public string? Report { get; init; }

    /// <summary>
    /// Settings that outputs depend on besides the model and <see cref="Files"/>, such as an encoder's quality: when this text changes,
    /// finished pictures are upscaled again. Default: empty.
    /// </summary>
    public string FurtherSettings { get; init; } = "";
}

/// <summary>Settings that outputs depend on besides their inputs.</summary>
internal static class BatchSettings
{
    private static readonly JsonSerializerOptions Json = new() { NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals };

    /// <summary>A hash of the models and of all options that change pixels: every option of <see cref="FileUpscaleOptions"/> counts unless excluded here.</summary>
    public static string Fingerprint(ModelSelector models, BatchOptions options)
    {
        var files = JsonSerializer.SerializeToNode(options.Files with { Overwrite = false }, Json)!;
        var used = models.For(options.Files.TargetSize is null ? models.Scales[^1] : null);
        var text = $"{string.Join('+', used.Select(model => model.Sha256))}\n{files.ToJsonString()}\n{options.Files.TargetSize}\n{options.FurtherSettings}{(options.Files.Upscaling.Refinement is { } refinement ? $"\n{refinement.Settings}" : "")}";
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
    }
}
